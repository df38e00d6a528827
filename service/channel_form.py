"""The form that adds a channel, with every fault beside its field."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf, DataRequired, Length

from mitigap.store.notices import Medium
from service.text import LONGEST, clean

KINDS = {Medium.WEBHOOK: "Webhook", Medium.EMAIL: "E-mail"}


class ChannelForm(FlaskForm):  # type: ignore[misc]
    kind = StringField(default=Medium.WEBHOOK, validators=[AnyOf(list(KINDS), "Choose a webhook or e-mail.")])
    name = StringField(
        filters=[lambda text: clean(text or "", LONGEST + 1)],
        validators=[DataRequired("Give it a name."), Length(max=LONGEST)],
    )
    target = StringField(
        filters=[lambda text: (text or "").strip()], validators=[DataRequired("Say where to send."), Length(max=2000)]
    )
