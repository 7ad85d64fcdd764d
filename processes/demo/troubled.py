"""Projects that did not go straight: changed, paused, failed, given back, put off, cancelled."""

from datetime import timedelta

from processes.demo import works
from processes.demo.course import WAKING, Course, announce, become_due, finish, gather
from processes.demo.neighbours import PEOPLE
from processes.demo.player import Player
from processes.demo.projects import moment
from processes.demo.story import Story

LESS = "铲除空鼓外墙砖590平方米，重做抹灰及真石漆，更换外窗36樘，修补散水85米。"


def build_troubled(player: Player) -> None:
    """Play every project that something happened to."""
    _redrawn(Story(player, works.REDRAWN))
    _given_back(Story(player, works.GIVEN_BACK))
    _cancelled(Story(player, works.CANCELLED))
    _terminated(Story(player, works.TERMINATED))
    _unsuccessful(Story(player, works.UNSUCCESSFUL))
    _drawn(Story(player, works.DRAWN))
    _postponed(Story(player, works.POSTPONED))
    _corrected(Story(player, works.CORRECTED))
    _paused(Story(player, works.PAUSED))
    _withdrawn(Story(player, works.WITHDRAWN))
    _out_of_scope(Story(player, works.OUT_OF_SCOPE, PEOPLE))
    _late(Story(player, works.LATE, PEOPLE))


def _redrawn(story: Story) -> None:
    first = Course.usual(
        moment(2, 9, 30),
        moment(4, 17, 30),
        moment(5, 10),
        announced=moment(2, 11),
        joined=moment(3, 15),
    )
    announce(story, first, 1, 3, 5, 8)
    finish(story, first)
    gave_back = story.winner()
    story.decline(moment(5, 16), gave_back)
    story.decide_after_decline(moment(6, 9), "repeat")
    _second_round(story, gave_back)


def _second_round(story: Story, gave_back: str) -> None:
    story.confirm_officer(moment(6, 9, 40))
    story.confirm_monitor(moment(6, 10))
    second = Course.usual(
        moment(6, 10),
        moment(10, 17, 30),
        moment(11, 10),
        announced=moment(6, 11),
        joined=moment(9, 15),
    )
    others = [one for one in (1, 3, 5, 8, 10) if gave_back != f"dz.contractor{one:02d}"]
    gather(story, second, *others)
    finish(story, second)
    story.wake(moment(12, 17, 31))


def _given_back(story: Story) -> None:
    course = Course.usual(
        moment(9, 14),
        moment(12, 17, 30),
        moment(13, 10),
        announced=moment(9, 16),
        joined=moment(11, 15),
    )
    announce(story, course, 2, 7, 8, 10)
    finish(story, course)
    story.wake(moment(16, 17, 31))
    story.decline(moment(17, 11), story.winner())


def _cancelled(story: Story) -> None:
    course = Course.usual(moment(9, 9, 30), moment(12, 17, 30), moment(13, 15))
    announce(story, course, 2, 4, 6)
    story.wake(course.freeze + WAKING)
    story.cancel_selection(moment(13, 9, 30))
    story.wake(course.selection)
    story.wake(course.selection + WAKING)


def _terminated(story: Story) -> None:
    announce(story, Course.usual(moment(10, 9), moment(13, 17, 30), moment(16, 10)), 7)
    story.change(moment(12, 10), "terminate")
    story.publish_termination(moment(12, 15))


def _unsuccessful(story: Story) -> None:
    course = Course.usual(moment(11, 9), moment(16, 17, 30), moment(17, 15))
    announce(story, course, 4)
    story.wake(course.freeze + WAKING)


def _drawn(story: Story) -> None:
    course = Course.usual(moment(11, 10), moment(16, 17, 30), moment(17, 16), joined=moment(13, 10))
    announce(story, course, 1, 5, 7, 10)
    become_due(story, course)
    story.hold(course.held)


def _postponed(story: Story) -> None:
    course = Course.usual(
        moment(10, 14),
        moment(16, 17, 30),
        moment(17, 15),
        announced=moment(11, 10),
        joined=moment(12, 16),
    )
    announce(story, course, 2, 3, 6, 8)
    become_due(story, course)
    found = moment(17, 15, 20)
    story.report_outage(found, found - timedelta(hours=1), found - timedelta(minutes=10))
    story.set_new_time(moment(17, 15, 40), moment(19, 15))


def _corrected(story: Story) -> None:
    course = Course.usual(
        moment(11, 14), moment(17, 17, 30), moment(18, 15), announced=moment(12, 10)
    )
    announce(story, course, 2, 4)
    story.change(moment(13, 10), new_price=32_860_000, new_scope=LESS)
    story.confirm_officer(moment(13, 14))
    story.confirm_monitor(moment(13, 14, 20))
    again = Course.usual(
        moment(13, 15),
        moment(19, 17, 30),
        moment(20, 10),
        announced=moment(13, 16),
        joined=moment(16, 10),
    )
    gather(story, again, 2, 6, 8)


def _paused(story: Story) -> None:
    course = Course.usual(
        moment(12, 9, 30), moment(18, 17, 30), moment(19, 10), announced=moment(12, 16)
    )
    announce(story, course, 3, 8)
    story.change(moment(16, 10), "pause")
    story.publish_pause(moment(16, 11))
    story.request_change(moment(17, 16), "resume")


def _withdrawn(story: Story) -> None:
    story.start(moment(11, 14))
    story.submit(moment(11, 14, 30))
    story.withdraw(moment(11, 16), "建设内容并入全镇电路改造统一实施。")


def _out_of_scope(story: Story) -> None:
    story.start(moment(10, 9))
    story.submit(moment(10, 9, 30))
    story.refuse(moment(10, 15), "本项目以货物采购为主，不属于小额工程，请按采购规定办理。")


def _late(story: Story) -> None:
    story.start(moment(12, 9))
    story.submit(moment(12, 9, 30))
