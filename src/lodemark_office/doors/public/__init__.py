"""What anybody may see, without an account."""
