"""`Authorization: Bearer lh_…`: one statement, and a 401 that says what is wrong with the token."""

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.tokens import TokenText, parse_token_text

SCHEME = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """The person behind a token; `request.auth` is the token, whose scopes are asked later."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        text = parse_token_text(credentials.strip())
        if text is None:
            message = _("This is not a token of this server: it should look like lh_…")
            raise AuthenticationFailed(message, code="token_malformed")
        token = _token(text)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="labelhub"'


def _token(text: TokenText) -> ApiToken:
    """The stored token; what the secret does not prove is not told apart from what is unknown."""
    token = ApiToken.objects.select_related("user").filter(prefix=text.prefix).first()
    if token is None or not text.matches(token.digest):
        raise AuthenticationFailed(_("This token is unknown."), code="token_unknown")
    if token.revoked_at is not None:
        raise AuthenticationFailed(_("This token was revoked."), code="token_revoked")
    if not token.is_usable(timezone.now()):
        raise AuthenticationFailed(_("This token has expired."), code="token_expired")
    if not token.user.is_active:
        message = _("The account of this token was deactivated.")
        raise AuthenticationFailed(message, code="account_inactive")
    return token
