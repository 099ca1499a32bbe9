"""Who may correct the reference data."""

from tracker.accounts.access import policy, use_tracker
from tracker.accounts.models import User


@policy(sees=use_tracker)
def correct_reference_data(user: User, _: object) -> bool:
    """The Secretariat corrects instruments, commitments, adoptions and parties."""
    return user.is_secretariat
