"""Sites, users, roles, team membership, sign-in, API tokens."""
