"""口岸核验: customs verify a paper and book the shipment."""
