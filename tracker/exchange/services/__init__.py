"""What people do with pairs and good practice."""
