"""核查: inspectors and laboratories record what they saw and measured, and trace where the grams went."""
