"""The app: HTTP, middleware, error shape, static files, OpenAPI."""
