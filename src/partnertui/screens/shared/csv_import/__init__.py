"""*Import*: a CSV file of rates, numbers, customers or users, on the screen and from the shell."""
