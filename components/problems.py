"""What a person sees when something went wrong: plain words, and what to do next."""

from __future__ import annotations

import logging

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from components import board
from components.markup import escape

log = logging.getLogger(__name__)

DATABASE_LOST = (
    "暂时读不到数据库",
    "数据库可能正在维护、被移动或网络中断。请稍候刷新；若一直如此，请联系管理员查看服务器日志。",
)
UNEXPECTED = (
    "这一页没能显示出来",
    "问题已记入服务器日志，已填写的内容不受影响。请刷新页面；若再次出现，请告知管理员当时的操作。",
)


def show_unexpected(error: Exception) -> bool:
    """Log an uncaught error and show a card instead of it; True: nothing more to show."""
    log.error("a page failed", exc_info=error)
    title, advice = DATABASE_LOST if isinstance(error, SQLAlchemyError) else UNEXPECTED
    show_notice(title, advice, tone="bad")
    return True


def show_notice(title: str, text: str, *, tone: str = "plain") -> None:
    """A centred card: a heading and a sentence; tone is plain or bad."""
    st.html(
        f'<section class="notice notice-{tone}" role="status">'
        f"<h2>{escape(title)}</h2><p>{escape(text)}</p></section>"
    )


def show_empty(text: str) -> None:
    """The designed empty state of a panel."""
    st.html(board.empty(text))


def show_banner(text: str) -> None:
    """A thin warning across the page."""
    st.html(f'<p class="banner" role="alert">{escape(text)}</p>')
