"""Who may enter: users, signing in, and the API keys that programs call with; and who changed what.

Others may use `web` (who asks), `tokens.AccessTokens`, `users.create_admin`, `users.ensure_first_admin`, `keys.digest`,
`keys.is_well_formed`, `audit.record`, `notifications.notify`, `configuration`, and read `queries`. Reading order:
`tables`, `sign_ins` with `attempts`, `registrations`, `users`, `profiles`, `keys`, `web`, then the routes by noun.
"""
