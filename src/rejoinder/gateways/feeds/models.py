"""Who is told of changes in which public feeds, and how far."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class Topic(models.Model):
    """A public feed that somebody subscribed to, and what it was when last looked at."""

    # "/b/lounge/feed.atom"
    path = models.CharField(max_length=300, unique=True)
    # Goes up whenever something in the feed has changed.
    version = models.PositiveBigIntegerField(default=1)
    # Its newest posts by their names, each with a mark of how it was and the version since when;
    # and what is gone of them, with the moment and the version (hub/topics.py).
    posts = models.JSONField(default=dict)
    gone = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.path


class Subscription(models.Model):
    """Somebody who wanted to be told, and confirmed it."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="subscriptions")
    callback = models.CharField(max_length=2048)
    host = models.CharField(max_length=253, db_index=True)
    # Sealed (outbound/sealed.py); empty: deliveries aren't signed.
    secret = models.TextField(blank=True)
    lease_until = models.DateTimeField()
    # The topic's version that was delivered last.
    position = models.PositiveBigIntegerField()
    # In a row; and not before when it's tried again.
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["topic", "callback"], name="feeds_subscribed_once")
        ]

    def __str__(self) -> str:
        return f"{self.host} to {self.topic_id}"


class Mode(models.TextChoices):
    """What somebody asks the hub for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


class Intent(models.Model):
    """What somebody asked for, until their server confirms that they meant it."""

    mode = models.CharField(max_length=11, choices=Mode.choices)
    path = models.CharField(max_length=300)
    callback = models.CharField(max_length=2048)
    host = models.CharField(max_length=253, db_index=True)
    secret = models.TextField(blank=True)
    lease_seconds = models.PositiveIntegerField()
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.mode} {self.path}"
