"""Who may enter: users, signing in, and the API keys that programs call with.

Others may use `web` (who asks), `tokens.AccessTokens`, `users.create_admin`, `users.ensure_first_admin`, `keys.digest`,
`keys.is_well_formed`, and read `queries`. Reading order: `tables`, `users`, `sign_ins`, `keys`, `web`, `routes`.
"""
