"""Our versions of flask-security's forms: lockout on every factor, the same work for unknown people, better passwords."""

from typing import Any

import flask
from flask_security.forms import LoginForm, TwoFactorRescueForm, TwoFactorSetupForm, TwoFactorVerifyCodeForm, VerifyForm
from flask_security.password_util import PasswordUtil as Base
from flask_security.recovery_codes import MfRecoveryForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from dashboard.accounts import passwords, sessions
from dashboard.web.access import local_path

RESTING = "This account rests for a while after too many wrong tries."


class SignInForm(LoginForm):
    """No "remember me": a session lasts a working day."""

    remember = None

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.next.data = local_path(self.next.data)  # a way on that leads off this site leads home

    def validate(self, **kwargs: Any) -> bool:
        valid = super().validate(**kwargs)
        if not valid and self.ifield is not None and self.user is None:
            sessions.refused(None, "password")
        return valid


class PasswordAgainForm(VerifyForm):
    def validate(self, **kwargs: Any) -> bool:
        if self.user.is_locked():
            self.password.errors = [RESTING]
            return False
        return super().validate(**kwargs)


class FactorForm(TwoFactorSetupForm):
    """An authenticator app is the one second factor: nothing is sent by mail or SMS."""

    phone = None
    setup = RadioField(
        "Method",
        choices=[SelectChoice("authenticator", "Authenticator app"), SelectChoice("disable", "No second factor")],
        default="authenticator",
        validate_choice=False,
    )

    def validate(self, **kwargs: Any) -> bool:
        allowed = ["authenticator"] if self.user.check_tf_required_setup() else ["authenticator", "disable"]
        if self.setup.data in allowed:
            return True
        self.setup.errors = ["Your role needs a second factor." if self.setup.data == "disable" else "Choose one of these."]
        return False


class RescueForm(TwoFactorRescueForm):
    """A lost telephone: a recovery code, or an owner's help in person."""

    help_setup = RadioField("Way in", choices=[], validate_choice=False)

    def validate(self, **kwargs: Any) -> bool:
        return self.help_setup.data == "recovery_code"


class CodeForm(TwoFactorVerifyCodeForm):
    def validate(self, **kwargs: Any) -> bool:
        if self.user is None or not self.user.active or self.user.is_locked():
            self.code.errors = [RESTING]
            return False
        return super().validate(**kwargs)


class RecoveryCodeForm(MfRecoveryForm):
    def validate(self, **kwargs: Any) -> bool:
        if self.user is None or not self.user.active or self.user.is_locked():
            self.code.errors = [RESTING]
            return False
        valid = super().validate(**kwargs)
        if not valid and self.code.data:
            sessions.refused(self.user, "code")
        return valid


class PasswordUtil(Base):
    """What flask-security asks about a new password."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        normal = self.normalize(password)
        user = kwargs.get("user")
        known = [user.email, user.name] if user else []
        problem = passwords.weakness(normal, [*known, flask.current_app.extensions["orderdeck_config"].shop_name])
        return ([problem] if problem else None), normal


FORMS = {
    "login_form": SignInForm,
    "verify_form": PasswordAgainForm,
    "two_factor_setup_form": FactorForm,
    "two_factor_rescue_form": RescueForm,
    "two_factor_verify_code_form": CodeForm,
    "mf_recovery_form": RecoveryCodeForm,
}
