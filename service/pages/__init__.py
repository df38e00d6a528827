"""What people see: pages made on the server, each of which works without JavaScript."""
