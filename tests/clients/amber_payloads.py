"""Answers shaped like the real ones of Amber's API v1."""

TOKEN = "psk_0123456789"
LIMITS = {
    "RateLimit-Limit": "50",
    "RateLimit-Remaining": "41",
    "RateLimit-Reset": "123",
    "RateLimit-Policy": "50;w=300",
}

CURRENT = {
    "type": "CurrentInterval",
    "date": "2025-07-17",
    "duration": 5,
    "startTime": "2025-07-16T22:25:01Z",
    "endTime": "2025-07-16T22:30:00Z",
    "nemTime": "2025-07-17T08:30:00+10:00",
    "perKwh": 24.32585,
    "renewables": 34.03,
    "spotPerKwh": 8.71696,
    "channelType": "general",
    "spikeStatus": "none",
    "descriptor": "extremelyLow",
    "estimate": True,
    "tariffInformation": {"demandWindow": True, "period": "peak"},
    "advancedPrice": {"low": 20.0, "predicted": 99.0, "high": 30.0},
}
FORECAST = {
    **CURRENT,
    "type": "ForecastInterval",
    "duration": 30,
    "startTime": "2025-07-16T22:30:01Z",
    "endTime": "2025-07-16T23:00:00Z",
    "nemTime": "2025-07-17T09:00:00+10:00",
    "descriptor": "high",
    "spikeStatus": "potential",
    "advancedPrice": {"low": 22.5, "predicted": 25.0, "high": 31.0},
}
del FORECAST["estimate"]
FEED_IN = {
    **FORECAST,
    "perKwh": -8.30172,
    "channelType": "feedIn",
    "advancedPrice": {"low": -7.13763, "predicted": -11.13379, "high": -14.92346},
}
SITE = {
    "id": "01A",
    "nmi": "3111",
    "channels": [{"identifier": "E1", "type": "general", "tariff": "A100"}, {"identifier": "B1", "type": "feedIn"}],
    "network": "Ausgrid",
    "status": "active",
    "activeFrom": "2022-01-01",
    "intervalLength": 5,
}
