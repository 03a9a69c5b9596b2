"""What a unit says of itself besides the catalog: its days and hours, what it carries out, and forms to download."""
