"""What people type about themselves: an address, a password, a code."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import AnyOf, DataRequired, EqualTo, Length

from mitigap.store import passwords
from mitigap.store.people import Role
from service.text import clean

LONGEST = 1000


class SignInForm(FlaskForm):  # type: ignore[misc]
    email = StringField(validators=[DataRequired("Your e-mail address is missing."), Length(max=400)])
    password = PasswordField(validators=[DataRequired("Your password is missing."), Length(max=LONGEST)])
    next = StringField()


class CodeForm(FlaskForm):  # type: ignore[misc]
    code = StringField(validators=[DataRequired("The code is missing."), Length(max=100)])


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """`present` is asked for where there is one already."""

    present = PasswordField(validators=[Length(max=LONGEST)])
    password = PasswordField(validators=[DataRequired("The new password is missing."), Length(max=LONGEST)])
    again = PasswordField(validators=[EqualTo("password", "The two are not the same.")])

    def fits(self, email: str) -> bool:
        """Whether it may be chosen; the fault stands beside its field."""
        if self.password.errors or not self.password.data:
            return False
        why = passwords.fault(self.password.data, passwords.known_of(email))
        if why:
            self.password.errors = [why]
        return why is None


class NameForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        filters=[lambda text: clean(text or "", 101)],
        validators=[DataRequired("A name is missing."), Length(max=100, message="Use 100 characters at most.")],
    )


class InviteForm(FlaskForm):  # type: ignore[misc]
    email = StringField(validators=[DataRequired("An e-mail address is missing."), Length(max=400)])
    role = StringField(validators=[AnyOf(list(Role), "There is no such role.")])


class RoleForm(FlaskForm):  # type: ignore[misc]
    role = StringField(validators=[AnyOf(list(Role), "There is no such role.")])


class TokenForm(NameForm):
    scope = StringField(validators=[AnyOf(["read", "write"], "Choose what it may do.")])


class ProofForm(FlaskForm):  # type: ignore[misc]
    """One's password, or a code where there is none."""

    proof = PasswordField(validators=[DataRequired("This is missing."), Length(max=LONGEST)])
