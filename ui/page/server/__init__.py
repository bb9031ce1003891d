"""The page as an ASGI application: what guards it, and how it is served."""
