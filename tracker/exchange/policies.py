"""Who may arrange pairs, and who may nominate, answer and see good practice."""

from tracker.accounts.access import policy
from tracker.accounts.models import User
from tracker.core.clock import network_today
from tracker.core.database import db
from tracker.dashboards.queries.reader import reader_for
from tracker.exchange.models import GoodPractice
from tracker.exchange.queries.practices import practices_seen_by
from tracker.progress.models import Item
from tracker.progress.policies import answers_for, view_item


@policy()
def arrange_pairs(user: User, _: object) -> bool:
    """The Secretariat notes which needs and offers it brings together."""
    return user.is_secretariat


@policy(sees=view_item)
def nominate_practice(user: User, item: Item) -> bool:
    """The Secretariat nominates answers as good practice."""
    return user.is_secretariat


@policy()
def view_practice(user: User, practice: GoodPractice) -> bool:
    """Everybody reads what is in the register and shared; the party and the Secretariat, nominations of theirs too."""
    query = practices_seen_by(reader_for(user, today=network_today())).where(GoodPractice.id == practice.id)
    return user.rights.any and db.session.scalar(query.with_only_columns(GoodPractice.id)) is not None


@policy(sees=view_practice)
def answer_nomination(user: User, practice: GoodPractice) -> bool:
    """The party's coordinators consent, decline, and take a consent back."""
    return answers_for(user, practice.item.party)


@policy(sees=view_practice)
def take_practice_back(user: User, practice: GoodPractice) -> bool:
    """The Secretariat takes a nomination or an entry of the register back."""
    return user.is_secretariat
