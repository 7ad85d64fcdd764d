"""The desk (工作台): what waits, what is due, what happened last."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from web.access import guard

blueprint = Blueprint("desk", __name__)
guard(blueprint, signed_in=True)


@blueprint.get("/desk")
def show() -> ResponseReturnValue:
    """Show the desk."""
    return render_template("desk/desk.html")
