"""x"""
import flask
blueprint = flask.Blueprint("displays", __name__)
