"""x"""
import flask
blueprint = flask.Blueprint("setup", __name__)
