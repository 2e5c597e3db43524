"""What can be done here, one file an action: pages, commands and the API all come through."""
