"""Who may see and correct instruments and commitments."""

from tracker.accounts.access import policy, use_tracker
from tracker.accounts.models import User


@policy(sees=use_tracker)
def correct_instruments(user: User, _: object) -> bool:
    """The Secretariat corrects the texts of instruments and commitments, and who adopted what."""
    return user.is_secretariat
