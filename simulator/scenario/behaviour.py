"""How shoppers, platforms, firms and regulators behave, as plain checked numbers."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from simulator.scenario.profiles import Finite, Frozen, NonNegative, Positive, Share


def _some(weights: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse weights that are all 0: nobody would ever ask."""
    if not any(weights):
        raise ValueError("all weights are 0; at least one hour needs a weight above 0")
    return weights


Hours = Annotated[tuple[NonNegative, ...], Field(min_length=24, max_length=24), AfterValidator(_some)]
"""A weight for each hour of the day."""


class Behaviour(Frozen):
    """How shoppers, platforms and firms respond: every value that is neither market, category nor seller.

    Sources and ranges: ``simulator/data/behaviour.yaml``.
    """

    # what people say and do
    say_do_share: Share
    price_scale_sd: NonNegative
    price_scale_income_elasticity: Annotated[float, Field(ge=-2, le=0)]
    health_any_share: Share
    health_premium_low_share: Share
    health_premium_high_share: Share
    health_unproven_share: Share
    green_unproven_share: Share
    """Credibility of a claim without certificate."""
    distrust_mean: NonNegative
    delay_per_day: NonNegative
    late_per_day: NonNegative
    tolerance_sd: NonNegative
    language_premium: NonNegative
    language_prefer_share: Share
    """Of those who do not refuse a foreign language, the share that prefers its own."""
    marketplace_language_factor: Share
    mobile_block_share: Share
    payment_second_loss_share: Share
    payment_none_loss_share: Share
    instalment_least_usd: Positive
    instalments_most: Positive
    """A basket is split into monthly instalments of at least so much, and at most so many."""
    instalment_discount_month_share: Share
    instalment_fee_share: Share
    """Of a payment, per instalment: what a seller pays to get the money at once."""
    web_share: Share
    # visibility
    organic_reference_share: Share
    organic_exponent: Annotated[float, Field(ge=0, lt=1)]
    organic_floor_share: Share
    organic_new_share: Share
    organic_new_weeks: Annotated[float, Field(ge=0, le=104)]
    organic_cap_share: Share
    organic_rank_weeks: Annotated[float, Field(ge=1, le=52)]
    star_visibility: NonNegative
    green_badge_factor: Positive
    fast_badge_factor: Positive
    mobile_visibility_factor: Positive
    desktop_visibility_factor: Positive
    ad_exponent: Annotated[float, Field(gt=0, lt=1)]
    ad_cap_factor: Positive
    store_contact_cost_factor: Positive
    # memory
    memory_fade_share: Share
    contact_stick_share: Share
    informed_per_adopter_year: NonNegative
    # trust and ratings
    star_effect: NonNegative
    review_rate_share: Share
    reviews_to_trust: Positive
    trust_base: Share
    trust_local: Share
    trust_certificate: Share
    trust_local_returns: Share
    trust_store_loss: Share
    prior_reviews: Positive
    prior_stars: Annotated[float, Field(ge=1, le=5)]
    # delivery experience (MODEL 5.5); the values in brackets are the defaults for behaviour.yaml
    promise_quantile_share: Share
    """The platform promises this quantile of the lane's delivery times (0.85; assumption)."""
    slight_late_days: NonNegative
    """Up to so many days after the promise a delivery is slightly late (3)."""
    stars_on_time_shares: tuple[Share, Share, Share, Share, Share]
    """Probabilities of 1 to 5 stars (.02 .02 .06 .20 .70)."""
    stars_slight_shares: tuple[Share, Share, Share, Share, Share]
    """(.06 .06 .14 .26 .48)"""
    stars_bad_shares: tuple[Share, Share, Share, Share, Share]
    """(.45 .20 .15 .10 .10)"""
    satisfaction_slight: Finite
    satisfaction_bad: Finite
    """Satisfaction after a slightly late (0.3) and a bad (-1) delivery; on time is 1."""
    satisfaction_carry_share: Share
    """Weight of earlier satisfaction (0.5)."""
    # taste
    taste_drift_sd: NonNegative
    taste_gamma: NonNegative
    incubation_weeks: Annotated[int, Field(ge=0, le=104)]
    # after the sale
    stock_return_resold_share: Share
    return_handling_usd: NonNegative
    commission_kept_on_return_share: Share
    cash_remittance_weeks: Annotated[int, Field(ge=0, le=26)]
    payout_weeks: Annotated[int, Field(ge=0, le=26)]
    vat_remittance_weeks: Annotated[int, Field(ge=0, le=52)]
    import_vat_weeks: Annotated[int, Field(ge=0, le=52)]
    export_vat_share: Share
    export_vat_refund_weeks: Annotated[int, Field(ge=0, le=52)]
    # the firm
    headquarters_usd_week: NonNegative
    market_usd_week: NonNegative
    language_usd_week: NonNegative
    local_stock_usd_week: NonNegative
    compliance_full_usd_week: NonNegative
    team_fte: NonNegative
    team_wage_floor_usd_year: NonNegative
    team_wage_gdp_factor: NonNegative
    team_conversion: NonNegative
    team_returns_factor: Share
    market_setup_usd: NonNegative
    language_setup_usd: NonNegative
    payments_setup_usd: NonNegative
    team_setup_usd: NonNegative
    returns_setup_usd: NonNegative
    mobile_setup_usd: NonNegative
    compliance_full_factor: Positive
    store_fee_share: Share
    marketplace_payment_fee_share: Share
    direct_handling_usd: NonNegative
    reserve_usd: NonNegative
    """Cash kept back when ordering stock."""
    interest_share_year: Share
    """On drawn credit."""
    # planning
    plan_share: NonNegative
    plan_sd_share: NonNegative
    first_order_weeks: Positive
    pull_forward_weeks: NonNegative
    smoothing_alpha: Share
    moq_units: NonNegative
    experience_share: Annotated[float, Field(gt=0.5, le=1)]
    experience_units: Positive
    output_weeks: Annotated[int, Field(ge=2, le=104)]
    """Over which the factory looks at how evenly it works."""
    output_usual_variation: NonNegative
    output_variation_cost_share: Annotated[float, Field(ge=0, le=0.2)]
    # records of stock
    stock_error_share: Share
    """Of the units received, picked or put back: misplaced or booked wrong, on the books but not to be found."""
    stock_error_traceable_factor: Share
    stock_count_weeks: Annotated[int, Field(ge=1, le=104)]
    stock_error_lost_share: Share
    """Of the misplaced units, those that no count finds again."""
    # regulators
    audit_hazard_none: Share
    audit_hazard_minimum: Share
    audit_hazard_full: Share
    audit_traceable_factor: Share
    audit_weeks: Annotated[int, Field(ge=1, le=52)]
    audit_fine_usd: NonNegative
    audit_seized_share: Share
    """Of the units that lie in a market that is hit: taken, and written down."""
    compliance_minimum_weeks: Annotated[int, Field(ge=0, le=52)]
    """From the entry: until then a programme is worth nothing to auditors."""
    compliance_full_weeks: Annotated[int, Field(ge=0, le=104)]
    """From the entry: until then a full programme is worth a minimum one."""
    # functions and what makes them simple
    smart_base_share: Share
    smart_home_premium_share: Share
    smart_functions_core: Positive
    smart_functions_full: Positive
    smart_functions_scale: Positive
    complexity_share: NonNegative
    complexity_senior_share: NonNegative
    complexity_eased_factor: Share
    voice_badge_factor: Positive
    voice_setup_usd: NonNegative
    simplified_setup_usd: NonNegative
    child_safe_setup_usd: NonNegative
    # custom products and festival editions
    custom_options_level: Share
    custom_setup_usd: NonNegative
    pod_days: NonNegative
    festival_premium_share: NonNegative
    festival_setup_usd: NonNegative
    festival_plan_share: Share
    # answers to shoppers' questions
    ask_hour_weights: Hours
    """Questions by local hour of the day, from midnight on, relative to each other."""
    service_home_utc_offset_hours: Annotated[float, Field(ge=-12, le=14)]
    service_open_hour: Annotated[float, Field(ge=0, lt=24)]
    service_hours_day: Annotated[float, Field(gt=0, le=24)]
    """The desk at home and a local team keep the same hours, each in its own time; they may pass midnight."""
    service_days_week: Annotated[int, Field(ge=1, le=7)]
    service_answer_seconds: Positive
    service_patience_seconds: Positive
    """Time after which 1/e of those who ask still wait."""
    # trying on
    ar_effect: NonNegative
    ar_returns_factor: Share
    ar_wrong_share: Share
    ar_wrong_returns_factor: Annotated[float, Field(ge=0, le=10)]
    """Returns of those whose fit was shown wrongly, relative to returns without trying on."""
    ar_ramp_weeks: NonNegative
    ar_setup_usd: NonNegative
    ar_usd_week: NonNegative
    # artificial intelligence
    ai_ramp_weeks: NonNegative
    ai_ads_factor: Positive
    ai_ads_waste_share: Share
    ai_service_effect: NonNegative
    """Gain in odds from answers that are never prompt to answers that always are."""
    ai_service_answer_seconds: Positive
    ai_service_contact_share: Share
    ai_service_wrong_share: Share
    ai_incubation_factor: Share
    ai_selection_miss_share: Share
    ai_selection_miss_taste: NonNegative
    ai_selection_setup_usd: NonNegative
    ai_forecasting_setup_usd: NonNegative
    ai_advertising_setup_usd: NonNegative
    ai_service_setup_usd: NonNegative
    ai_selection_usd_week: NonNegative
    ai_forecasting_usd_week: NonNegative
    ai_advertising_usd_week: NonNegative
    ai_service_usd_week: NonNegative
    # pools, hubs and postponement
    pool_setup_usd: NonNegative
    pool_usd_week: NonNegative
    hub_setup_usd: NonNegative
    hub_usd_week: NonNegative
    postponement_setup_usd: NonNegative
    postponement_usd_unit: NonNegative
    # carbon
    air_carbon_kg_tkm: NonNegative
    sea_carbon_kg_tkm: NonNegative
    road_carbon_kg_tkm: NonNegative
    """kg CO2e to carry a tonne over a kilometre, fuel supply included."""
    air_load_kg_m3: NonNegative
    surface_load_kg_m3: NonNegative
    """Light goods count as if they weighed so much, by air; by sea and road."""
    last_mile_carbon_kg: NonNegative
    """Per parcel."""
    green_carbon_saving_share: Share
    """Of the carbon of making, at full green level."""
    # claims that are found out, and contagion
    exposure_hazard: Share
    exposure_star_loss: NonNegative
    exposure_fine_usd: NonNegative
    contagion_per_year: NonNegative
    exposure_weeks: Annotated[int, Field(ge=1, le=520)]
    certificate_suspended_weeks: Annotated[int, Field(ge=0, le=52)]
    festival_life_weeks: Annotated[int, Field(ge=2, le=20)]
    pool_storage_usd_m3_month: NonNegative
    # business buyers
    b2b_buyers: Annotated[int, Field(ge=1, le=64)]
    b2b_rival_bids: Annotated[int, Field(ge=0, le=16)]
    b2b_rival_discount_low_share: Share
    b2b_rival_discount_high_share: Share
    b2b_rival_lead_weeks: Positive
    b2b_rival_lead_log_sd: NonNegative
    b2b_rival_on_time_low_share: Share
    b2b_rival_on_time_high_share: Share
    b2b_rival_green_share: Share
    b2b_rival_certified_share: Share
    b2b_rival_local_share: Share
    b2b_green_required_share: Share
    b2b_certified_required_share: Share
    b2b_local_required_share: Share
    b2b_weight_log_sd: NonNegative
    b2b_week_share: Share
    b2b_certificate_share: Share
    b2b_on_time_share: Share
    b2b_credit_week_share: Share
    b2b_proof_share: Share
    b2b_proof_reviews: Positive
    b2b_rival_proof_share: Share
    b2b_rival_credit_weeks: NonNegative
    b2b_framework_share: Share
    b2b_framework_deliveries: Annotated[int, Field(ge=1, le=52)]
    b2b_cycle_weeks: Annotated[int, Field(ge=1, le=26)]
    b2b_renewal_share: Share
    b2b_late_week_share: Share
    b2b_floor_weeks: NonNegative
    b2b_spare_weeks: NonNegative
    b2b_fee_factor: NonNegative
    b2b_handling_factor: NonNegative
    b2b_leak_share: Share
    b2b_leak_weeks: Annotated[int, Field(ge=1, le=52)]
