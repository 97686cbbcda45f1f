"""What the law says of keeping and erasing personal data, and for how long each kind of record is kept."""
