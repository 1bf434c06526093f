"""The shop's own table, and complaints that go to the agent: both are committed, or neither is."""

import os

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from connector import receive

url = os.environ.get("TURNWIRE_DATABASE_URL", "sqlite:///shop.db")
engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


class Base(DeclarativeBase):
    """The shop's tables."""


class Complaint(Base):
    """What a customer complains about, and what the agent said to it."""

    __tablename__ = "complaints"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    words: Mapped[str]
    answer: Mapped[str | None]


def complain(number: str, words: str) -> int:
    """Store a complaint about an order and hand it to the agent, in one transaction."""
    with Session(engine) as session:
        complaint = Complaint(number=number, words=words)
        session.add(complaint)
        session.flush()
        event = {
            "route": "support",
            "conversation": number,
            "id": str(complaint.id),
            "text": words,
            "callback": {"task": "tasks.answered", "queue": "shop"},
        }
        receive(event, source="complaints", session=session)
        session.commit()
        return complaint.id


if __name__ == "__main__":
    Base.metadata.create_all(engine)
