"""How an admin's file becomes the catalog: received, read, shown, confirmed or cancelled, and undone."""
