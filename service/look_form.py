"""The form of a workspace's own look: a title, a colour, a marking, a logo, with every fault beside its field."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, StringField
from wtforms.validators import AnyOf, Length, ValidationError

from mitigap import branding, pictures
from mitigap.branding import LONGEST_TITLE, Branding, Marking
from mitigap.errors import UserError
from mitigap.pictures import Picture
from service.text import clean


class LookForm(FlaskForm):  # type: ignore[misc]
    title = StringField(
        filters=[lambda text: clean(text or "", LONGEST_TITLE + 1)],
        validators=[Length(max=LONGEST_TITLE, message=f"At most {LONGEST_TITLE} letters.")],
    )
    accent = StringField(filters=[lambda text: (text or "").strip().upper()])
    marking = StringField(validators=[AnyOf(["", *Marking], "There is no such marking.")])
    logo = FileField()
    no_logo = BooleanField()

    def validate_accent(self, field: StringField) -> None:
        try:
            branding.accent(field.data)
        except UserError as fault:
            raise ValidationError(fault.message) from fault

    def validate_logo(self, _field: FileField) -> None:
        try:
            self.picture()
        except UserError as fault:
            raise ValidationError(fault.message) from fault

    def picture(self) -> Picture | None:
        """What was sent; None where no file was chosen."""
        upload = self.logo.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            return None
        upload.stream.seek(0)
        return branding.logo(upload.stream.read(pictures.LARGEST + 1))

    def wanted(self, before: Branding) -> Branding:
        """A logo stays where none was sent and its removal was not asked for."""
        kept = None if self.no_logo.data else before.logo
        return Branding(
            title=self.title.data,
            accent=branding.accent(self.accent.data),
            marking=Marking(self.marking.data) if self.marking.data else None,
            logo=self.picture() or kept,
        )
