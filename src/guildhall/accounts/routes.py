"""HTTP of accounts, by noun."""

from fastapi import APIRouter

from guildhall.accounts import (
    invitation_routes,
    key_routes,
    limit_routes,
    oidc_routes,
    profile_routes,
    sign_in_routes,
    user_routes,
)

router = APIRouter()
# `/users/invitations` before `/users/{user_id}`: the first address that fits counts.
for part in (sign_in_routes, oidc_routes, profile_routes, invitation_routes, user_routes, limit_routes, key_routes):
    router.include_router(part.router)
