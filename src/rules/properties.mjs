// The names and values that HubSpot documents for a call's properties: what the rules and the local HubSpot's server both know of them.

export const callStatuses = [
  "BUSY",
  "CALLING_CRM_USER",
  "CANCELED",
  "COMPLETED",
  "CONNECTING",
  "FAILED",
  "IN_PROGRESS",
  "NO_ANSWER",
  "QUEUED",
  "RINGING",
];

/** Each documented property whose value is text, or a number in it. */
export const textProperties = [
  "hs_call_title",
  "hs_call_body",
  "hs_call_duration",
  "hs_call_status",
  "hs_call_direction",
  "hs_call_disposition",
  "hs_call_from_number",
  "hs_call_to_number",
  "hs_call_callee_object_id",
  "hs_call_callee_object_type",
  "hs_call_recording_url",
  "hs_call_source",
  "hs_call_external_id",
  "hs_call_external_account_id",
  "hs_call_app_id",
  "hubspot_owner_id",
  "hs_activity_type",
  "hs_attachment_ids",
];

/** All of them. */
export const properties = ["hs_timestamp", ...textProperties];
