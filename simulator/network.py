"""Provisional reader of the network; replaced by the merged one."""


def hubs():
    return {}
