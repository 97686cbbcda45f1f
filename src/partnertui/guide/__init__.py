"""The user guide: pictures of the program on made-up data, and chapters out of the declarations."""
