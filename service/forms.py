"""The three forms with a file: what is asked, and every fault beside its field."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.validators import AnyOf, Length, ValidationError

from service import policies
from service.presenters import DOMAINS
from service.text import LONGEST, clean, stem


class FileForm(FlaskForm):  # type: ignore[misc]
    """A form with a file in it."""

    file = FileField()

    @property
    def content(self) -> bytes:
        """The upload's bytes."""
        upload: FileStorage = self.file.data
        upload.stream.seek(0)
        return upload.stream.read()

    @property
    def filename(self) -> str:
        return str(self.file.data.filename or "")

    def refuse_no_file(self, missing: str) -> None:
        if not isinstance(self.file.data, FileStorage) or not self.filename:
            raise ValidationError(missing)
        if not self.content:
            raise ValidationError("This file is empty.")


class AssessForm(FileForm):
    """A file, or an inventory that is kept already; then the groups."""

    catalog = StringField()
    inventory = StringField()
    name = StringField(filters=[lambda text: clean(text or "", LONGEST + 1)], validators=[Length(max=LONGEST)])
    groups = SelectMultipleField(validate_choice=False)
    watchlist = StringField()
    all = BooleanField()
    policy = StringField(default=policies.NAMES[0], validators=[AnyOf(policies.NAMES, "There is no such rule.")])

    def validate_file(self, _field: FileField) -> None:
        if not self.inventory.data:
            self.refuse_no_file("Choose your controls spreadsheet.")

    def validate_groups(self, field: SelectMultipleField) -> None:
        if not field.data and not self.all.data and not self.watchlist.data:
            raise ValidationError("Choose at least one group, or a watch-list, or all of them.")

    @property
    def title(self) -> str:
        """What the inventory is to be called: as told, else as its file is."""
        return self.name.data or stem(self.filename)


class ImportForm(FileForm):
    """The first step of an import: a file, in the words of a catalogue, new or as the next revision."""

    catalog = StringField()
    inventory = StringField()
    name = StringField(filters=[lambda text: clean(text or "", LONGEST + 1)], validators=[Length(max=LONGEST)])

    def validate_file(self, _field: FileField) -> None:
        self.refuse_no_file("Choose your controls spreadsheet.")

    @property
    def title(self) -> str:
        return self.name.data or stem(self.filename)


class CatalogueForm(FileForm):
    """A bundle or a group document; release and domain only where the file does not say them."""

    version = StringField(filters=[lambda text: clean(text or "")], validators=[Length(max=40)])
    domain = StringField()

    def validate_file(self, _field: FileField) -> None:
        self.refuse_no_file("Choose a STIX bundle or a group document.")

    def validate_domain(self, field: StringField) -> None:
        if field.data and field.data not in DOMAINS:
            raise ValidationError("There is no such domain.")
