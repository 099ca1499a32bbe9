"""Fields of the forms about meetings: an hour, a list of boxes to tick."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from wtforms import DateField, SelectMultipleField, TimeField
from wtforms.widgets import CheckboxInput, ListWidget


def day_in(field: DateField) -> date:
    """Return the day of a field that may not stay empty; call only after validation."""
    assert field.data is not None
    return field.data


class HourField(TimeField):
    """An hour of the day, as clocks show it."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%H:%M", "%H:%M:%S", "%H.%M"], **kwargs)

    def process_formdata(self, valuelist: Any) -> None:
        """Read what was typed.

        Raises:
            ValueError: it is no hour.
        """
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter an hour from 00:00 to 23:59, for example 09:30.")) from error
        if self.data is not None:
            self.data = self.data.replace(second=0)


class TicksField(SelectMultipleField):
    """Any number of a list, as boxes to tick; ``message`` is the instruction for what is not in it."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, *, message: Any, **kwargs: Any) -> None:
        super().__init__(label, invalid_choice_message=message, **kwargs)  # type: ignore[call-arg]  # not in the stubs yet
