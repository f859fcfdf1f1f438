"""Sellers: how they price, advertise, forecast and order."""
