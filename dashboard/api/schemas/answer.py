"""What every answer of the API is made of, and the answer that says what is wrong."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Money = Annotated[str, Field(description="Decimal string in the order's currency", examples=["12.50"], pattern=r"^-?\d+(\.\d+)?$")]
Time = Annotated[str, Field(description="ISO 8601 with zone", json_schema_extra={"format": "date-time"})]
Id = Annotated[str, Field(pattern=r"^\d+$")]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Problem(Answer):
    """RFC 9457 problem details. facts: plain values for machines; `fields` names what is wrong with which field."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, Any]
