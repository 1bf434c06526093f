"""The shop's own tasks."""

from complaints import Complaint, engine
from shop import app
from sqlalchemy.orm import Session


@app.task
def answered(turn: dict) -> None:
    """Keep the agent's answer. It may come twice, with the same words."""
    with Session(engine) as session:
        complaint = session.get(Complaint, int(turn["external_id"]))
        complaint.answer = turn["answer"] or f"nobody yet: {turn['status']}"
        session.commit()
