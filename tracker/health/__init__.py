"""Whether the installation is well: for administrators, service managers and load balancers."""
