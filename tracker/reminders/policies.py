"""Who sees and runs reminders."""

from tracker.accounts.access import policy
from tracker.accounts.models import User


@policy()
def see_reminders(user: User, _: object) -> bool:
    """The Secretariat and the administrators see what leaves and what left."""
    return user.is_secretariat or user.is_administrator


@policy(sees=see_reminders)
def send_mail_again(user: User, _: object) -> bool:
    """The Secretariat and the administrators send again what failed."""
    return user.is_secretariat or user.is_administrator


@policy(sees=see_reminders)
def run_reminders(user: User, _: object) -> bool:
    """The Secretariat pauses reminders, changes ladders, cancels mail, and sends it now."""
    return user.is_secretariat
