"""Campaigns and what is computed around them."""

from campaigns.models.campaign import Campaign, CampaignLabel, CampaignState, Who
from campaigns.models.work import CampaignReport, CarryOver, Impact

__all__ = [
    "Campaign",
    "CampaignLabel",
    "CampaignReport",
    "CampaignState",
    "CarryOver",
    "Impact",
    "Who",
]
