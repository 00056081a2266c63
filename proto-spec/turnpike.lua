-- Wireshark dissector of the Turnpike protocol, version 1.
--
-- Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.
--
-- Use: wireshark -X lua_script:turnpike.lua, or copy it to the personal Lua plugins folder. TCP port 7474 is known; for another port
-- use "Decode As" (tshark: -d tcp.port==PORT,turnpike) with the broker's port.
--
-- Frames are reassembled by their length, requests and replies are matched by number within a TCP stream. Filters:
-- turnpike.opcode, turnpike.number, turnpike.status, turnpike.money, turnpike.LAYOUT.FIELD (turnpike.acquire_request.units).

local turnpike = Proto("turnpike", "Turnpike Protocol")

-- ------------------------------------------------------------------------------------------------------- from the schema

local FRAME_BYTE_COUNT_MAX = 65536
local HEADER, MAC, BLOCK_HEAD = 16, 16, 4

local enumerations = {
  Money = {
    [0] = "NONE",
    [1] = "NOT_TAKEN",
    [2] = "TAKEN",
    [3] = "NOT_KNOWN",
  },
  Status = {
    [0] = "OK",
    [1] = "MALFORMED",
    [2] = "UNKNOWN_OPCODE",
    [3] = "RESERVED_BITS",
    [4] = "FRAME_LENGTH",
    [5] = "HELLO_FIRST",
    [6] = "HELLO_TWICE",
    [7] = "VERSION_UNSUPPORTED",
    [8] = "NOT_AUTHORIZED",
    [9] = "AUTHENTICATION_FAILED",
    [10] = "MAC_INVALID",
    [11] = "SESSION_REQUIRED",
    [12] = "SESSION_TAKEN_OVER",
    [13] = "SESSION_LIMIT",
    [14] = "NUMBER_CONFLICT",
    [15] = "RECEIPT_NOT_KEPT",
    [16] = "WINDOW_EXCEEDED",
    [17] = "CONNECTION_LIMIT",
    [18] = "HANDLE_LIMIT",
    [19] = "SUBSCRIPTION_LIMIT",
    [20] = "IDLE",
    [21] = "FRAME_STALLED",
    [22] = "DRAINING",
    [23] = "SLOW_READER",
    [30] = "PAYMENT_REQUIRED",
    [31] = "PAYMENT_NOT_ALLOWED",
    [32] = "PAYMENT_MALFORMED",
    [33] = "RAIL_UNKNOWN",
    [34] = "RAILS_MIXED",
    [35] = "NOTE_FORGED",
    [36] = "NOTE_EPOCH_UNKNOWN",
    [37] = "NOTE_EXPIRED",
    [38] = "NOTE_SPENT",
    [39] = "NOTE_REPEATED",
    [40] = "NOTE_BOUND",
    [41] = "AMOUNT_INVALID",
    [42] = "AMOUNT_OVERFLOW",
    [43] = "FUNDS_INSUFFICIENT",
    [45] = "CHAIN_UNKNOWN",
    [46] = "CHAIN_TAKEN",
    [47] = "CHAIN_LIMIT",
    [48] = "TICK_FORGED",
    [49] = "TICK_SPENT",
    [24] = "AGENT_ABSENT",
    [25] = "LEASE_PENDING",
    [26] = "EPOCH_STALE",
    [27] = "AGENT_TAKEN_OVER",
    [29] = "TICK_AHEAD",
    [44] = "RESTORE_IN_PROGRESS",
    [50] = "RESOURCE_UNKNOWN",
    [51] = "LEASE_UNKNOWN",
    [52] = "LEASE_ENDED",
    [53] = "LEASE_SUSPENDED",
    [54] = "LEASE_OPEN",
    [55] = "UNITS_UNAVAILABLE",
    [56] = "UNITS_INVALID",
    [57] = "TOO_SHORT",
    [58] = "TOO_LONG",
    [59] = "KEY_WRONG",
    [60] = "HANDLE_UNKNOWN",
    [61] = "GIFTS_REFUSED",
    [62] = "METER_UNKNOWN",
    [63] = "QUANTITY_INVALID",
    [64] = "USE_NUMBER_STALE",
    [65] = "DEBIT_LIMIT",
    [66] = "DEBIT_KEY_LIMIT",
    [67] = "RESERVATION_UNKNOWN",
    [68] = "RESERVATION_LIMIT",
    [69] = "TERMS_INVALID",
    [70] = "NAME_INVALID",
    [71] = "NAME_TAKEN",
    [72] = "TERMS_CHANGE_PENDING",
    [73] = "EPOCH_LIMIT",
    [80] = "NO_SPACE",
    [81] = "FUNDING_UNKNOWN",
    [82] = "FUNDING_CLOSED",
    [83] = "FUNDING_LIMIT",
    [84] = "NOTHING_DUE",
    [85] = "CAP_EXCEEDED",
    [86] = "SHARES_EXCEEDED",
    [87] = "BID_TOO_LOW",
    [88] = "COMMITMENT_WRONG",
    [89] = "PERIOD_TAKEN",
    [93] = "PAYMENT_PENDING",
    [94] = "PAYMENT_REFUNDABLE",
    [95] = "PAYMENT_UNKNOWN",
    [96] = "MINT_UNKNOWN",
    [97] = "KEYSET_UNKNOWN",
    [98] = "ECASH_INVALID",
    [99] = "ECASH_SPENT",
    [100] = "ECASH_IN_USE",
    [101] = "MINT_REFUSED",
    [103] = "ECASH_LOCKED",
    [102] = "SWAP_UNDER_WAY",
    [105] = "COUNTERS_UNKNOWN",
    [106] = "TREASURY_FULL",
    [104] = "TREASURY_SHORT",
    [90] = "MOVED",
    [91] = "NOT_LEADER",
    [92] = "OUTCOME_UNKNOWN",
  },
  Role = {
    [0] = "NONE",
    [1] = "OPERATOR",
    [2] = "PROVIDER",
    [3] = "AGENT",
  },
  Rail = {
    [1] = "NOTE",
    [2] = "CHAIN",
    [3] = "CASHU",
  },
  TagAlgorithm = {
    [0] = "HMAC_SHA256_128",
    [1] = "SIPHASH_2_4_128",
  },
  LeaseState = {
    [1] = "PENDING",
    [2] = "ACTIVE",
    [3] = "LOW",
    [4] = "THROTTLED",
    [5] = "SUSPENDED",
    [6] = "EXPIRED",
    [7] = "RELEASED",
    [8] = "REVOKED",
    [9] = "FAILED",
  },
  Authority = {
    [0] = "NONE",
    [1] = "OWNER",
    [2] = "DEBIT_KEY",
    [3] = "PROVIDER",
    [4] = "OPERATOR",
  },
  ChangeCause = {
    [1] = "GRANTED",
    [2] = "FUNDED",
    [3] = "TIME",
    [4] = "USED",
    [5] = "RELEASED",
    [6] = "REVOKED",
    [7] = "TRANSFERRED",
    [8] = "SETTLED",
    [9] = "PROVISIONED",
    [10] = "FAILED",
    [11] = "AGENT_LOST",
    [12] = "CREDITED",
  },
  NoticeKind = {
    [1] = "LOW",
    [2] = "THROTTLED",
    [3] = "SUSPENDED",
    [4] = "EXPIRED",
    [5] = "REFUND_READY",
    [6] = "TERMS_CHANGED",
    [7] = "CAMPAIGN_REACHED",
    [8] = "CAMPAIGN_MISSED",
    [9] = "OUTBID",
    [10] = "WON",
    [11] = "REFUNDED",
    [12] = "PAYOUT_READY",
    [13] = "MORE_FUNDING",
  },
  DonationTarget = {
    [1] = "RESOURCE",
    [2] = "LEASE",
    [3] = "POOL",
  },
  FundingModel = {
    [1] = "PLAIN",
    [2] = "POOL",
    [3] = "MATCHED",
    [4] = "SCHEDULED",
    [5] = "CAMPAIGN",
    [6] = "INVESTED",
    [7] = "SPONSORED",
  },
  ClaimKind = {
    [1] = "PLEDGE",
    [2] = "SCHEDULE",
    [3] = "MATCH",
    [4] = "INVESTMENT",
    [5] = "BID",
  },
  OfferingKind = {
    [1] = "REVENUE",
    [2] = "FIXED",
    [3] = "OWNERSHIP",
  },
  FundingState = {
    [1] = "OPEN",
    [2] = "REACHED",
    [3] = "MISSED",
    [4] = "ENDED",
    [5] = "CANCELLED",
    [6] = "SHARING",
    [7] = "REVEALING",
    [8] = "AWARDED",
    [9] = "SPONSORING",
  },
  UnclaimedRule = {
    [0] = "RESOURCE",
    [1] = "OPERATOR",
  },
  FundingEntryKind = {
    [1] = "DONATION",
    [2] = "MATCH",
    [3] = "CAMPAIGN",
    [4] = "OFFERING",
    [5] = "RECIPIENT",
    [6] = "AUCTION",
  },
  BidLineKind = {
    [1] = "BID",
    [2] = "RAISE",
    [3] = "REVEAL",
    [4] = "REFUSE",
  },
  OptionType = {
    [1] = "BANNER_TEXT",
    [2] = "BANNER_LINK",
  },
  PaymentOutcome = {
    [1] = "TAKEN",
    [2] = "NOT_TAKEN",
    [3] = "NOT_KNOWN",
    [4] = "PARTLY_TAKEN",
    [5] = "REFUNDABLE",
  },
  Account = {
    [1] = "OPERATOR_FLOAT",
    [2] = "NOTES_OUTSTANDING",
    [3] = "NOTES_EXPIRED",
    [4] = "PURSES_OWN",
    [5] = "PURSES_GIVEN",
    [6] = "RESERVATIONS",
    [7] = "DONATION_PURSES",
    [8] = "REFUNDS_DUE",
    [9] = "PROVIDER_EARNINGS",
    [10] = "OPERATOR_FEES",
    [11] = "CHAIN_DEPOSITS",
    [12] = "MATCHING_DEPOSITS",
    [13] = "SCHEDULED_PLEDGES",
    [14] = "CAMPAIGN_PLEDGES",
    [15] = "CLAIMS_DUE",
    [16] = "INVESTMENTS",
    [17] = "INVESTOR_EARNINGS",
    [18] = "BIDS",
    [19] = "HELD",
    [20] = "ECASH",
    [21] = "PAYOUTS",
    [32] = "NOTES_ISSUED_COUNT",
    [33] = "NOTES_ISSUED_AMOUNT",
    [34] = "NOTES_TAKEN_COUNT",
    [35] = "NOTES_TAKEN_AMOUNT",
    [36] = "NOTES_QUARANTINED",
  },
  SwapOutcome = {
    [1] = "SIGNED",
    [2] = "REFUSED",
    [3] = "PUT_BACK",
    [4] = "BEHIND",
    [5] = "APART",
  },
  CommandKind = {
    [1] = "GENESIS",
    [2] = "ADVANCE",
    [3] = "CONFIGURE",
    [4] = "OPEN_SESSION",
    [5] = "RESTORE",
    [6] = "SET_MINT",
    [7] = "SET_KEYSET",
    [8] = "BEGIN_SWAP",
    [9] = "END_SWAP",
    [10] = "BEGIN_PAYOUT",
    [11] = "END_PAYOUT",
    [12] = "RECONCILE",
    [13] = "RESOLVE_PAYOUT",
    [16] = "REGISTER",
    [17] = "UPDATE",
    [33] = "ACQUIRE",
    [34] = "FUND",
    [36] = "USE",
    [37] = "RESERVE",
    [38] = "SETTLE",
    [39] = "GRANT_DEBIT_KEY",
    [41] = "RELEASE",
    [42] = "REVOKE",
    [43] = "TRANSFER",
    [45] = "OPEN_CHAIN",
    [46] = "CLOSE_CHAIN",
    [49] = "EXCHANGE",
    [50] = "ISSUE",
    [51] = "WITHDRAW",
    [52] = "ROTATE",
    [53] = "ACCEPT_LOSS",
    [54] = "REFUND",
    [55] = "PAYOUT",
    [80] = "DONATE",
    [81] = "SPEND_DONATIONS",
    [82] = "SET_POOL",
    [84] = "MATCH",
    [85] = "SCHEDULE",
    [86] = "OPEN_CAMPAIGN",
    [87] = "PLEDGE",
    [88] = "CANCEL",
    [89] = "CLAIM",
    [90] = "ROTATE_CLAIM",
    [96] = "SPLIT_REVENUE",
    [97] = "OPEN_OFFERING",
    [98] = "INVEST",
    [99] = "OPEN_AUCTION",
    [100] = "BID",
    [101] = "RAISE_BID",
    [102] = "REVEAL_BID",
    [103] = "REFUSE_BID",
    [112] = "ATTACH",
    [113] = "DETACH",
    [114] = "REPORT",
    [115] = "PROVISION",
    [116] = "VOUCHER",
  },
  Opcode = {
    [1] = "HELLO",
    [2] = "AUTHENTICATE",
    [3] = "PING",
    [16] = "REGISTER",
    [17] = "UPDATE",
    [18] = "LIST",
    [19] = "DESCRIBE",
    [20] = "STATUS",
    [32] = "QUOTE",
    [33] = "ACQUIRE",
    [34] = "FUND",
    [35] = "BIND",
    [36] = "USE",
    [37] = "RESERVE",
    [38] = "SETTLE",
    [39] = "GRANT_DEBIT_KEY",
    [40] = "CHECK",
    [41] = "RELEASE",
    [42] = "REVOKE",
    [43] = "TRANSFER",
    [44] = "SUBSCRIBE",
    [45] = "OPEN_CHAIN",
    [46] = "CLOSE_CHAIN",
    [47] = "CHECK_CHAIN",
    [48] = "PAYMENT",
    [55] = "REFUND",
    [56] = "MINTS",
    [57] = "PAYOUT",
    [58] = "SIGNATURES",
    [59] = "TREASURY",
    [49] = "EXCHANGE",
    [50] = "ISSUE",
    [51] = "WITHDRAW",
    [52] = "ROTATE",
    [53] = "ACCEPT_LOSS",
    [64] = "BROKER_STATUS",
    [65] = "AUDIT_FIGURES",
    [66] = "STATEMENT",
    [80] = "DONATE",
    [81] = "SPEND_DONATIONS",
    [82] = "SET_POOL",
    [83] = "DESCRIBE_POOL",
    [84] = "MATCH",
    [85] = "SCHEDULE",
    [86] = "OPEN_CAMPAIGN",
    [87] = "PLEDGE",
    [88] = "CANCEL",
    [89] = "CLAIM",
    [90] = "ROTATE_CLAIM",
    [91] = "CHECK_CLAIM",
    [92] = "FUNDING",
    [96] = "SPLIT_REVENUE",
    [97] = "OPEN_OFFERING",
    [98] = "INVEST",
    [99] = "DESCRIBE_OFFERING",
    [100] = "OPEN_AUCTION",
    [101] = "BID",
    [102] = "RAISE_BID",
    [103] = "REVEAL_BID",
    [104] = "REFUSE_BID",
    [105] = "DESCRIBE_AUCTION",
    [106] = "DESCRIBE_BID",
    [107] = "TRANSCRIPT",
    [93] = "MAILBOX",
    [112] = "ATTACH",
    [113] = "HEARTBEAT",
    [114] = "AGENT_LEASES",
    [115] = "PROVISION",
    [116] = "SERVICE",
    [117] = "TICKET",
    [118] = "REPORT",
    [119] = "VOUCHER",
  },
  PushCode = {
    [128] = "LEASE_CHANGED",
    [129] = "RESOURCE_CHANGED",
    [130] = "NOTICE",
    [131] = "LAGGED",
    [132] = "GOODBYE",
    [133] = "AGENT_LEASE_CHANGED",
    [134] = "PAYMENT_SETTLED",
  },
}

local flag_sets = {
  FrameFlags = { { 0x1, "PAYMENT" }, { 0x2, "MONEY_LOW" }, { 0x4, "MONEY_HIGH" }, { 0x8, "REPLAYED" }, { 0x10, "OPTIONS" }, { 0x80, "AUTHENTICATED" } },
  ResourcePolicy = { { 0x1, "GIFTS_REFUSED" }, { 0x2, "USE_SPENDS_GIVEN" }, { 0x4, "INVESTORS_ASKED" }, { 0x8, "AGENT" }, { 0x10, "UNITS_HELD" } },
  AcquireFlags = { { 0x1, "OPEN" }, { 0x2, "GIFTS_REFUSED" } },
  ClaimFlags = { { 0x1, "CANCEL" }, { 0x2, "AGAIN" } },
  AuctionFlags = { { 0x1, "SECOND_PRICE" }, { 0x2, "SEALED" } },
  AgentFlags = { { 0x1, "PROVISIONS" }, { 0x2, "REPORTS" } },
  SubscriptionMask = { { 0x1, "CHANGES" }, { 0x2, "NOTICES" } },
  CommandFlags = { { 0x1, "RECEIPT" }, { 0x2, "TICK" }, { 0x4, "ECASH" } },
  MintFlags = { { 0x1, "ENABLED" } },
  KeysetFlags = { { 0x1, "ACTIVE" } },
  EcashFlags = { { 0x1, "LOCKED" }, { 0x2, "PROVEN" }, { 0x4, "ALONE" } },
  ReconcileFlags = { { 0x1, "LAST" } },
  RestoreFlags = { { 0x1, "LOSSY" } },
}

-- { name, type, offset, bytes, meaning } of every field.
local layouts = {
  Terms = {
    filter = "terms", byte_count = 120,
    fields = {
      { "price", "amount", 0, 8, "Amount per unit and period; from 1." },
      { "period", "millis", 8, 8, "Length of the price period; from 1." },
      { "throttledPrice", "amount", 16, 8, "Amount per unit and period while throttled; from 1." },
      { "shortest", "millis", 24, 8, "Shortest lease: what the first payment must buy; from 1." },
      { "longest", "millis", 32, 8, "How far ahead of now a lease may be funded; at least `shortest`." },
      { "low", "millis", 40, 8, "Low-water mark: funded time left at which a lease is LOW; at least `throttle`." },
      { "throttle", "millis", 48, 8, "Funded time left at which a lease is THROTTLED." },
      { "grace", "millis", 56, 8, "How long a SUSPENDED lease is kept." },
      { "provision", "millis", 64, 8, "How long an agent may take to provision a lease; from 1 with policy AGENT, else 0." },
      { "outage", "millis", 72, 8, "How long an agent may be lost before the leases that it provisions end; from 1 with policy AGENT, else 0." },
      { "meter0", "amount", 80, 8, "Price of one unit of use on meter 0; 0: there is no such meter." },
      { "meter1", "amount", 88, 8, "The same for meter 1." },
      { "meter2", "amount", 96, 8, "The same for meter 2." },
      { "meter3", "amount", 104, 8, "The same for meter 3." },
      { "units", "u32", 112, 4, "Units the resource has; from 1." },
      { "policy", "ResourcePolicy", 116, 4, "Policies." },
    },
  },
  Refusal = {
    filter = "refusal", byte_count = 16,
    fields = {
      { "detail", "u64", 0, 8, "What the status says; else 0." },
      { "token", "u8", 8, 1, "Number of the token to blame, from 0; 255: none." },
      { "zero0", "zero", 9, 1, "Reserved." },
      { "field", "u16", 10, 2, "Offset in the frame of the field to blame; 65535: none." },
      { "zero1", "zero", 12, 4, "Reserved." },
    },
  },
  ResourceEntry = {
    filter = "resource_entry", byte_count = 64,
    fields = {
      { "resource", "id", 0, 8, "Its id." },
      { "name", "name32", 8, 32, "Its name." },
      { "price", "amount", 40, 8, "Amount per unit and period." },
      { "period", "millis", 48, 8, "Length of the price period." },
      { "units", "u32", 56, 4, "Units it has." },
      { "unitsFree", "u32", 60, 4, "Units that are free." },
    },
  },
  NoteToken = {
    filter = "note_token", byte_count = 48,
    fields = {
      { "rail", "Rail", 0, 1, "NOTE." },
      { "zero", "zero", 1, 1, "Reserved." },
      { "byteCount", "u16", 2, 2, "48: this token, these four bytes included." },
      { "keyEpoch", "u32", 4, 4, "Key epoch whose key made the tag." },
      { "serial", "id", 8, 8, "Serial: 12-bit slot that keeps the spent bit, and counter within the key epoch." },
      { "amount", "amount", 16, 8, "What it is worth; from 1." },
      { "binding", "id", 24, 8, "Lease that it can be paid to; 0: any." },
      { "tag", "bytes16", 32, 16, "MAC under the key of the epoch." },
    },
  },
  TickToken = {
    filter = "tick_token", byte_count = 32,
    fields = {
      { "rail", "Rail", 0, 1, "CHAIN." },
      { "zero0", "zero", 1, 1, "Reserved." },
      { "byteCount", "u16", 2, 2, "32: this token, these four bytes included." },
      { "chain", "u32", 4, 4, "The chain's number." },
      { "index", "u32", 8, 4, "Index of the word; from 1 to the chain's length." },
      { "zero1", "zero", 12, 4, "Reserved." },
      { "word", "bytes16", 16, 16, "The word." },
    },
  },
  EcashToken = {
    filter = "ecash_token", byte_count = 24,
    fields = {
      { "rail", "Rail", 0, 1, "CASHU." },
      { "zero0", "zero", 1, 1, "Reserved." },
      { "byteCount", "u16", 2, 2, "This token, these four bytes and the text included." },
      { "zero1", "zero", 4, 4, "Reserved." },
      { "refundHash", "bytes16", 8, 16, "Hash of a secret refund key, which the payer keeps." },
    },
  },
  MintOffer = {
    filter = "mint_offer", byte_count = 160,
    fields = {
      { "mint", "u32", 0, 4, "Its number here." },
      { "feePerThousand", "u32", 4, 4, "What it takes for each proof that is spent, in thousandths of its unit: the most of its keysets that are in use; 0: nothing, or it is not known yet." },
      { "numerator", "amount", 8, 8, "Rate: so many of the broker's units ..." },
      { "denominator", "amount", 16, 8, "... for so many of the mint's." },
      { "minimum", "amount", 24, 8, "Least that a payment is worth after the mint's fees, in its unit." },
      { "unit", "name32", 32, 32, "Its unit." },
      { "url", "text96", 64, 96, "Where it is." },
    },
  },
  BlankOutput = {
    filter = "blank_output", byte_count = 40,
    fields = {
      { "x0", "bytes16", 0, 16, "Its x: the first half." },
      { "x1", "bytes16", 16, 16, "The other half." },
      { "isOdd", "u8", 32, 1, "1: its y is odd; else 0." },
      { "zero0", "zero", 33, 1, "Reserved." },
      { "zero1", "zero", 34, 2, "Reserved." },
      { "zero2", "zero", 36, 4, "Reserved." },
    },
  },
  PayoutSignature = {
    filter = "payout_signature", byte_count = 72,
    fields = {
      { "x0", "bytes16", 0, 16, "The blind signature: its x, the first half." },
      { "x1", "bytes16", 16, 16, "The other half." },
      { "keyX0", "bytes16", 32, 16, "The mint's key for this amount: its x, the first half." },
      { "keyX1", "bytes16", 48, 16, "The other half." },
      { "isOdd", "u8", 64, 1, "1: the signature's y is odd; else 0." },
      { "keyIsOdd", "u8", 65, 1, "1: the key's y is odd; else 0." },
      { "exponent", "u8", 66, 1, "It is worth 2 to this power." },
      { "zero0", "zero", 67, 1, "Reserved." },
      { "zero1", "zero", 68, 4, "Reserved." },
    },
  },
  KeysetHolding = {
    filter = "keyset_holding", byte_count = 64,
    fields = {
      { "keyset", "u32", 0, 4, "Its number here." },
      { "feePerThousand", "u32", 4, 4, "Fee for an input, in thousandths of the unit." },
      { "amount", "u64", 8, 8, "What the broker's proofs of it are worth, in the mint's unit." },
      { "finalExpiry", "u64", 16, 8, "When its proofs end, in seconds since 1970; 0: never." },
      { "id0", "bytes16", 24, 16, "Its id: bytes 0 to 15, zero-padded where it has 8." },
      { "id1", "bytes16", 40, 16, "Bytes 16 to 31." },
      { "count", "u32", 56, 4, "Proofs." },
      { "idLast", "u8", 60, 1, "Byte 32." },
      { "idByteCount", "u8", 61, 1, "8 or 33." },
      { "isActive", "u8", 62, 1, "1: the mint signs with it; else 0." },
      { "zero", "zero", 63, 1, "Reserved." },
    },
  },
  KeptReply = {
    filter = "kept_reply", byte_count = 40,
    fields = {
      { "word0", "u64", 0, 8, "Bytes 0 to 7." },
      { "word1", "u64", 8, 8, "Bytes 8 to 15." },
      { "word2", "u64", 16, 8, "Bytes 16 to 23." },
      { "word3", "u64", 24, 8, "Bytes 24 to 31." },
      { "word4", "u64", 32, 8, "Bytes 32 to 39." },
    },
  },
  NoteOutput = {
    filter = "note_output", byte_count = 16,
    fields = {
      { "amount", "amount", 0, 8, "Its amount; from 1." },
      { "binding", "id", 8, 8, "Lease to bind it to; 0: none." },
    },
  },
  PoolMember = {
    filter = "pool_member", byte_count = 16,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
      { "weight", "u32", 8, 4, "Its share in every donation is its weight over the sum of all; from 1." },
      { "zero", "zero", 12, 4, "Reserved." },
    },
  },
  Tier = {
    filter = "tier", byte_count = 16,
    fields = {
      { "from", "amount", 0, 8, "Least investment of this tier; above that of the tier before, and a multiple of the unit." },
      { "rate", "u32", 8, 4, "What each unit of money weighs when revenue is shared; from 1." },
      { "zero", "zero", 12, 4, "Reserved." },
    },
  },
  TierFigures = {
    filter = "tier_figures", byte_count = 40,
    fields = {
      { "from", "amount", 0, 8, "Least investment of this tier." },
      { "amount", "amount", 8, 8, "What was invested in it." },
      { "earned", "amount", 16, 8, "What it got of the revenue." },
      { "target", "amount", 24, 8, "FIXED: what it gets in all; else 0." },
      { "rate", "u32", 32, 4, "What each unit of money weighs." },
      { "retired", "u32", 36, 4, "1: it got all that it gets." },
    },
  },
  RevenueShare = {
    filter = "revenue_share", byte_count = 16,
    fields = {
      { "provider", "u64", 0, 8, "Number of the provider that gets it, as earnings." },
      { "perMillion", "u32", 8, 4, "How much, in millionths of what is left after the operator's fee; from 1." },
      { "zero", "zero", 12, 4, "Reserved." },
    },
  },
  Digest32 = {
    filter = "digest32", byte_count = 32,
    fields = {
      { "first", "bytes16", 0, 16, "Its first 16 bytes." },
      { "last", "bytes16", 16, 16, "Its last 16 bytes." },
    },
  },
  Banner = {
    filter = "banner", byte_count = 192,
    fields = {
      { "text", "text96", 0, 96, "Text; zero bytes: none." },
      { "link", "text96", 96, 96, "Where a link leads; zero bytes: nowhere." },
    },
  },
  BidLine = {
    filter = "bid_line", byte_count = 72,
    fields = {
      { "claim", "id", 0, 8, "The bid's claim." },
      { "amount", "amount", 8, 8, "As the kind says." },
      { "payment", "id", 16, 8, "Payment id of BID and RAISE; else 0." },
      { "instant", "instant", 24, 8, "When." },
      { "kind", "BidLineKind", 32, 1, "What it tells." },
      { "zero0", "zero", 33, 1, "Reserved." },
      { "zero1", "zero", 34, 2, "Reserved." },
      { "zero2", "zero", 36, 4, "Reserved." },
      { "data", "Digest32", 40, 32, "As the kind says." },
    },
  },
  StatementLine = {
    filter = "statement_line", byte_count = 56,
    fields = {
      { "sequence", "u64", 0, 8, "Its number, of all lines of the ledger; from 1." },
      { "previous", "u64", 8, 8, "Number of the line before it of the same resource; 0: it is the first." },
      { "instant", "instant", 16, 8, "When money moved first." },
      { "resource", "id", 24, 8, "The resource; 0: it concerns none." },
      { "subject", "id", 32, 8, "What it was for: a claim, campaign, offering, auction, pool or payment; 0: leases." },
      { "amount", "amount", 40, 8, "How much." },
      { "count", "u32", 48, 4, "Movements that share the line." },
      { "from", "Account", 52, 2, "Where it came from." },
      { "to", "Account", 54, 2, "Where it went; the same: a pool's gift that waits for a public lease of this resource." },
    },
  },
  AgentLease = {
    filter = "agent_lease", byte_count = 56,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
      { "epoch", "u64", 8, 8, "Its fencing epoch." },
      { "stamp", "u64", 16, 8, "The agent's stamp from which the others are counted." },
      { "until", "u64", 24, 8, "Last stamp at which there is access; of PENDING: at which it can be reported ready. 0: none." },
      { "throttleAt", "u64", 32, 8, "First stamp at which access is reduced, if nothing is paid until then; 0: never, or it is." },
      { "end", "u64", 40, 8, "First stamp at which the lease is over, if nothing is paid until then; 0: it is." },
      { "units", "u32", 48, 4, "Its units." },
      { "state", "LeaseState", 52, 1, "Its state." },
      { "isYours", "u8", 53, 1, "1: this agent provisions it." },
      { "zero", "zero", 54, 2, "Reserved." },
    },
  },
  AgentUsage = {
    filter = "agent_usage", byte_count = 40,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
      { "epoch", "u64", 8, 8, "Its epoch, as the agent knows it." },
      { "shut", "u64", 16, 8, "For how long, in milliseconds, its gate was shut that should have been open, up to now; all bits set: for as long as the agent was lost." },
      { "received", "u64", 24, 8, "Bytes from its holder, since the report before." },
      { "sent", "u64", 32, 8, "Bytes to its holder, since the report before." },
    },
  },
  UseVoucher = {
    filter = "use_voucher", byte_count = 96,
    fields = {
      { "resource", "id", 0, 8, "The resource of the lease." },
      { "lease", "id", 8, 8, "The lease that paid." },
      { "serial", "u64", 16, 8, "Number of the voucher: no other voucher of the resource has it." },
      { "bootNonce", "bytes16", 24, 16, "Of the agent that it is for." },
      { "stamp", "u64", 40, 8, "Stamp of that agent when the use was paid, as far as the broker knew." },
      { "until", "u64", 48, 8, "Last stamp of that agent at which it is good." },
      { "quantity", "u64", 56, 8, "Quantity of the use." },
      { "charged", "amount", 64, 8, "What it cost." },
      { "agent", "u32", 72, 4, "The agent's number." },
      { "meter", "u8", 76, 1, "Meter of the use." },
      { "zero0", "zero", 77, 1, "Reserved." },
      { "zero1", "zero", 78, 2, "Reserved." },
      { "tag", "bytes16", 80, 16, "MAC under the key of the resource's agents." },
    },
  },
  IssuedVoucher = {
    filter = "issued_voucher", byte_count = 112,
    fields = {
      { "voucher", "UseVoucher", 0, 96, "The voucher, to be shown to the agent once." },
      { "holderKey", "bytes16", 96, 16, "Secret of who was given the voucher." },
    },
  },
  LeaseTicket = {
    filter = "lease_ticket", byte_count = 96,
    fields = {
      { "resource", "id", 0, 8, "Its resource." },
      { "lease", "id", 8, 8, "The lease." },
      { "epoch", "u64", 16, 8, "Its fencing epoch." },
      { "sequence", "u64", 24, 8, "Number of the ticket, of all that the broker gave since it was started." },
      { "bootNonce", "bytes16", 32, 16, "Of the agent that it is for." },
      { "stamp", "u64", 48, 8, "Stamp of that agent when it was given, as far as the broker knew." },
      { "until", "u64", 56, 8, "Last stamp of that agent at which it is good." },
      { "agent", "u32", 64, 4, "The agent's number." },
      { "units", "u32", 68, 4, "Units of the lease." },
      { "state", "LeaseState", 72, 1, "The lease's state." },
      { "zero0", "zero", 73, 1, "Reserved." },
      { "zero1", "zero", 74, 2, "Reserved." },
      { "zero2", "zero", 76, 4, "Reserved." },
      { "tag", "bytes16", 80, 16, "MAC under the key of the resource's agents." },
    },
  },
  MailboxEntry = {
    filter = "mailbox_entry", byte_count = 32,
    fields = {
      { "at", "instant", 0, 8, "When it came." },
      { "amount", "amount", 8, 8, "As the kind says (of PAYOUT_READY: what is due on the claim)." },
      { "instant", "instant", 16, 8, "As the kind says." },
      { "kind", "NoticeKind", 24, 1, "What happened." },
      { "zero0", "zero", 25, 1, "Reserved." },
      { "zero1", "zero", 26, 2, "Reserved." },
      { "zero2", "zero", 28, 4, "Reserved." },
    },
  },
  FundingEntry = {
    filter = "funding_entry", byte_count = 88,
    fields = {
      { "id", "id", 0, 8, "Of the campaign, offering or claim; or as the kind says; else 0." },
      { "goal", "amount", 8, 8, "As the kind says." },
      { "amount", "amount", 16, 8, "As the kind says." },
      { "detail", "u64", 24, 8, "As the kind says." },
      { "count", "u64", 32, 8, "As the kind says." },
      { "instant", "instant", 40, 8, "As the kind says." },
      { "kind", "FundingEntryKind", 48, 1, "What it is." },
      { "state", "FundingState", 49, 1, "Its state." },
      { "zero0", "zero", 50, 2, "Reserved." },
      { "zero1", "zero", 52, 4, "Reserved." },
      { "label", "name32", 56, 32, "Its label; zero bytes: none." },
    },
  },
  Figure = {
    filter = "figure", byte_count = 16,
    fields = {
      { "account", "Account", 0, 2, "Which." },
      { "zero", "zero", 2, 2, "Reserved." },
      { "keyEpoch", "u32", 4, 4, "Key epoch, of the accounts that are kept per key epoch; else 0." },
      { "balance", "i64", 8, 8, "Balance or count." },
    },
  },
  CommandHeader = {
    filter = "command_header", byte_count = 8,
    fields = {
      { "byteCount", "u32", 0, 4, "The whole command, these bytes included." },
      { "kind", "CommandKind", 4, 1, "Which." },
      { "flags", "CommandFlags", 5, 1, "Flags." },
      { "noteCount", "u8", 6, 1, "VerifiedNote records at its end." },
      { "zero", "zero", 7, 1, "Reserved." },
    },
  },
  ReceiptKey = {
    filter = "receipt_key", byte_count = 32,
    fields = {
      { "session", "id", 0, 8, "The session, as the core numbers it." },
      { "number", "u64", 8, 8, "Request number." },
      { "digest", "u64", 16, 8, "Digest of the request's content, to tell a repeat from a conflict." },
      { "window", "u16", 24, 2, "Receipts below number - window are no longer wanted." },
      { "zero0", "zero", 26, 2, "Reserved." },
      { "zero1", "zero", 28, 4, "Reserved." },
    },
  },
  VerifiedNote = {
    filter = "verified_note", byte_count = 32,
    fields = {
      { "keyEpoch", "u32", 0, 4, "Key epoch." },
      { "zero", "zero", 4, 4, "Reserved." },
      { "serial", "id", 8, 8, "Serial." },
      { "amount", "amount", 16, 8, "Amount." },
      { "binding", "id", 24, 8, "Lease that it is bound to, or 0." },
    },
  },
  VerifiedTick = {
    filter = "verified_tick", byte_count = 32,
    fields = {
      { "chain", "u32", 0, 4, "The chain's number." },
      { "index", "u32", 4, 4, "Index of its word." },
      { "word", "bytes16", 8, 16, "The word." },
      { "from", "u32", 24, 4, "Index of the word that it was hashed back to; `index`: of none, since the chain's last one is not below it, or there is no such chain." },
      { "chainIndex", "u32", 28, 4, "Where the chain lies in the table (a hint that the core checks)." },
    },
  },
  EcashPayment = {
    filter = "ecash_payment", byte_count = 32,
    fields = {
      { "mint", "u32", 0, 4, "Number of the mint." },
      { "proofCount", "u16", 4, 2, "Proofs; from 1." },
      { "flags", "EcashFlags", 6, 2, "Flags." },
      { "refundHash", "bytes16", 8, 16, "Hash of the payer's refund key and of the token." },
      { "sealedByteCount", "u32", 24, 4, "Bytes that follow the proofs." },
      { "locktime", "u32", 28, 4, "Of a LOCKED one: when the first of its proofs' locks ends, in seconds since 1970; 0: none does." },
    },
  },
  VerifiedProof = {
    filter = "verified_proof", byte_count = 40,
    fields = {
      { "y0", "bytes16", 0, 16, "The x of Y, the secret on the curve: its first half." },
      { "y1", "bytes16", 16, 16, "The other half." },
      { "keyset", "u32", 32, 4, "Number of its keyset." },
      { "exponent", "u8", 36, 1, "It is worth 2 to this power." },
      { "zero0", "zero", 37, 1, "Reserved." },
      { "zero1", "zero", 38, 2, "Reserved." },
    },
  },
  KeysetKey = {
    filter = "keyset_key", byte_count = 40,
    fields = {
      { "x0", "bytes16", 0, 16, "Its x: the first half." },
      { "x1", "bytes16", 16, 16, "The other half." },
      { "isOdd", "u8", 32, 1, "1: its y is odd; else 0." },
      { "exponent", "u8", 33, 1, "The amount is 2 to this power." },
      { "zero0", "zero", 34, 2, "Reserved." },
      { "zero1", "zero", 36, 4, "Reserved." },
    },
  },
  SwapRecord = {
    filter = "swap_record", byte_count = 48,
    fields = {
      { "x0", "bytes16", 0, 16, "SIGNED: its x, the first half. Else zero." },
      { "x1", "bytes16", 16, 16, "The other half." },
      { "payment", "id", 32, 8, "REFUSED: the payment. Else 0." },
      { "status", "Status", 40, 2, "REFUSED: why. Else OK." },
      { "isOdd", "u8", 42, 1, "SIGNED: 1: its y is odd. Else 0." },
      { "zero0", "zero", 43, 1, "Reserved." },
      { "zero1", "zero", 44, 4, "Reserved." },
    },
  },
  Actor = {
    filter = "actor", byte_count = 16,
    fields = {
      { "authority", "Authority", 0, 1, "In whose name." },
      { "zero0", "zero", 1, 1, "Reserved." },
      { "zero1", "zero", 2, 2, "Reserved." },
      { "generation", "u32", 4, 4, "Owner generation, or 0." },
      { "id", "u64", 8, 8, "Debit key or provider, or 0." },
    },
  },
  ReconcileRecord = {
    filter = "reconcile_record", byte_count = 40,
    fields = {
      { "x0", "bytes16", 0, 16, "The signature, unblinded: the first half of its x." },
      { "x1", "bytes16", 16, 16, "The other half." },
      { "counter", "u32", 32, 4, "Its counter." },
      { "exponent", "u8", 36, 1, "It is worth two to this power." },
      { "isOdd", "u8", 37, 1, "1: y is odd." },
      { "zero", "zero", 38, 2, "Reserved." },
    },
  },
  PayoutRecord = {
    filter = "payout_record", byte_count = 48,
    fields = {
      { "x0", "bytes16", 0, 16, "SIGNED: its x, the first half. Else zero." },
      { "x1", "bytes16", 16, 16, "The other half." },
      { "keyset", "u32", 32, 4, "REFUSED: number of the proof's keyset. Else 0." },
      { "counter", "u32", 36, 4, "REFUSED: its counter. Else 0." },
      { "isOdd", "u8", 40, 1, "SIGNED: 1: its y is odd. Else 0." },
      { "zero0", "zero", 41, 1, "Reserved." },
      { "zero1", "zero", 42, 2, "Reserved." },
      { "zero2", "zero", 44, 4, "Reserved." },
    },
  },
  HelloRequest = {
    filter = "hello_request", byte_count = 48,
    fields = {
      { "versionMin", "u8", 0, 1, "Oldest version the client speaks." },
      { "versionMax", "u8", 1, 1, "Newest version the client speaks." },
      { "role", "Role", 2, 1, "Role to be proved by AUTHENTICATE; NONE for an ordinary client." },
      { "zero", "zero", 3, 1, "Reserved." },
      { "generation", "u32", 4, 4, "Generation of the role key; 0 for an ordinary client." },
      { "roleID", "u64", 8, 8, "Provider's number; 0 otherwise." },
      { "session", "bytes16", 16, 16, "Secret random session id; all zero: no session." },
      { "nonce", "bytes16", 32, 16, "Random nonce of the client; all zero for an ordinary client." },
    },
  },
  HelloReply = {
    filter = "hello_reply", byte_count = 80,
    fields = {
      { "version", "u8", 0, 1, "Version spoken from here on." },
      { "resumed", "u8", 1, 1, "1: the session has receipts from before." },
      { "windowMax", "u16", 2, 2, "Largest `window` the broker takes." },
      { "frameByteCountMax", "u32", 4, 4, "Largest frame in either direction." },
      { "handleCountMax", "u32", 8, 4, "Handles of one connection." },
      { "subscriptionCountMax", "u32", 12, 4, "Subscriptions of one connection." },
      { "now", "instant", 16, 8, "The broker's time." },
      { "incarnation", "u64", 24, 8, "Number of this broker's life: a higher one when it was restored from a backup." },
      { "nonce", "bytes16", 32, 16, "Random nonce of the broker." },
      { "unit", "name32", 48, 32, "Unit of all amounts, for instance `msat`." },
    },
  },
  AuthenticateRequest = {
    filter = "authenticate_request", byte_count = 16,
    fields = {
      { "proof", "bytes16", 0, 16, "The client's proof (specification, Roles)." },
    },
  },
  AuthenticateReply = {
    filter = "authenticate_reply", byte_count = 0,
    fields = {
    },
  },
  PingRequest = {
    filter = "ping_request", byte_count = 8,
    fields = {
      { "echo", "u64", 0, 8, "Any value." },
    },
  },
  PingReply = {
    filter = "ping_reply", byte_count = 16,
    fields = {
      { "echo", "u64", 0, 8, "The same value." },
      { "now", "instant", 8, 8, "The broker's time." },
    },
  },
  RegisterRequest = {
    filter = "register_request", byte_count = 152,
    fields = {
      { "name", "name32", 0, 32, "Its name, unique on this broker." },
      { "terms", "Terms", 32, 120, "Its first terms." },
    },
  },
  RegisterReply = {
    filter = "register_reply", byte_count = 8,
    fields = {
      { "resource", "id", 0, 8, "Its id." },
    },
  },
  UpdateRequest = {
    filter = "update_request", byte_count = 128,
    fields = {
      { "resource", "id", 0, 8, "The resource, of this provider." },
      { "terms", "Terms", 8, 120, "The new terms." },
    },
  },
  UpdateReply = {
    filter = "update_reply", byte_count = 16,
    fields = {
      { "version", "u32", 0, 4, "Version of the terms." },
      { "zero", "zero", 4, 4, "Reserved." },
      { "leases", "u64", 8, 8, "Live leases that will run on the old terms until the deadline they have." },
    },
  },
  ListRequest = {
    filter = "list_request", byte_count = 16,
    fields = {
      { "after", "id", 0, 8, "List ids above this one; 0: from the start." },
      { "countMax", "u16", 8, 2, "How many at most; 0: as many as fit a page." },
      { "zero0", "zero", 10, 2, "Reserved." },
      { "zero1", "zero", 12, 4, "Reserved." },
    },
  },
  ListReply = {
    filter = "list_reply", byte_count = 8,
    fields = {
      { "count", "u16", 0, 2, "Records that follow." },
      { "more", "u8", 2, 1, "1: there are more." },
      { "zero0", "zero", 3, 1, "Reserved." },
      { "zero1", "zero", 4, 4, "Reserved." },
    },
  },
  DescribeRequest = {
    filter = "describe_request", byte_count = 40,
    fields = {
      { "resource", "id", 0, 8, "Its id; 0: by name." },
      { "name", "name32", 8, 32, "Its name, when the id is 0; else zero bytes." },
    },
  },
  DescribeReply = {
    filter = "describe_reply", byte_count = 176,
    fields = {
      { "resource", "id", 0, 8, "Its id." },
      { "provider", "u64", 8, 8, "Its provider's number." },
      { "name", "name32", 16, 32, "Its name." },
      { "terms", "Terms", 48, 120, "Its current terms." },
      { "version", "u32", 168, 4, "Their version." },
      { "zero", "zero", 172, 4, "Reserved." },
    },
  },
  StatusRequest = {
    filter = "status_request", byte_count = 8,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
    },
  },
  StatusReply = {
    filter = "status_reply", byte_count = 56,
    fields = {
      { "units", "u32", 0, 4, "Units it has." },
      { "unitsLeased", "u32", 4, 4, "Units held by leases (may be above `units` after an UPDATE)." },
      { "leaseCount", "u32", 8, 4, "Live leases." },
      { "leaseCountSuspended", "u32", 12, 4, "Of them, suspended at their last wake-up." },
      { "earned", "amount", 16, 8, "Revenue since it was registered, fees included, up to each lease's last settlement." },
      { "donations", "amount", 24, 8, "Its donation purse." },
      { "burnRate", "amount", 32, 8, "Amount that its running leases cost per period at their prices, at their last wake-up." },
      { "earliestFree", "instant", 40, 8, "Lower bound of the instant at which a unit may become free; 0: one is free." },
      { "version", "u32", 48, 4, "Version of the terms." },
      { "zero", "zero", 52, 4, "Reserved." },
    },
  },
  QuoteRequest = {
    filter = "quote_request", byte_count = 24,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
      { "units", "u32", 8, 4, "Units; from 1." },
      { "zero", "zero", 12, 4, "Reserved." },
      { "duration", "millis", 16, 8, "Time wanted, at the full price; 0: the shortest lease." },
    },
  },
  QuoteReply = {
    filter = "quote_reply", byte_count = 40,
    fields = {
      { "amount", "amount", 0, 8, "Smallest amount whose normal-price deadline is not before `duration` from the grant." },
      { "amountMin", "amount", 8, 8, "Smallest amount that ACQUIRE takes." },
      { "amountMax", "amount", 16, 8, "Greatest amount that ACQUIRE takes." },
      { "earliestFree", "instant", 24, 8, "Lower bound of the instant at which the units may be free; 0: they are." },
      { "unitsFree", "u32", 32, 4, "Units free now." },
      { "version", "u32", 36, 4, "Version of the terms." },
    },
  },
  AcquireRequest = {
    filter = "acquire_request", byte_count = 40,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
      { "units", "u32", 8, 4, "Units; from 1." },
      { "flags", "AcquireFlags", 12, 4, "Options." },
      { "keyHash", "bytes16", 16, 16, "Key hash of the owner key that the client chose (specification, Keys)." },
      { "minimum", "millis", 32, 8, "Refuse if the payment buys less than this at the full price; 0: the resource's shortest." },
    },
  },
  AcquireReply = {
    filter = "acquire_reply", byte_count = 40,
    fields = {
      { "lease", "id", 0, 8, "The lease's public id." },
      { "epoch", "u64", 8, 8, "Its fencing epoch." },
      { "deadline", "instant", 16, 8, "Last instant that is paid." },
      { "balance", "amount", 24, 8, "Its purse: the amount credited." },
      { "payment", "id", 32, 8, "Payment id." },
    },
  },
  FundRequest = {
    filter = "fund_request", byte_count = 16,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
      { "handle", "u32", 8, 4, "Handle of this connection for the lease's owner key; 0: a gift." },
      { "zero", "zero", 12, 4, "Reserved." },
    },
  },
  FundReply = {
    filter = "fund_reply", byte_count = 40,
    fields = {
      { "balance", "amount", 0, 8, "The purse now." },
      { "deadline", "instant", 8, 8, "Last instant that is paid." },
      { "credited", "amount", 16, 8, "What this payment added." },
      { "payment", "id", 24, 8, "Payment id." },
      { "epoch", "u64", 32, 8, "The lease's epoch (a new one when it was suspended)." },
    },
  },
  BindRequest = {
    filter = "bind_request", byte_count = 24,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
      { "key", "bytes16", 8, 16, "The secret key." },
    },
  },
  BindReply = {
    filter = "bind_reply", byte_count = 24,
    fields = {
      { "handle", "u32", 0, 4, "The handle; from 1." },
      { "authority", "Authority", 4, 1, "OWNER or DEBIT_KEY." },
      { "state", "LeaseState", 5, 1, "The lease's state." },
      { "zero", "zero", 6, 2, "Reserved." },
      { "epoch", "u64", 8, 8, "The lease's epoch." },
      { "useNumber", "u64", 16, 8, "Last use number used with this key: go on above it." },
    },
  },
  UseRequest = {
    filter = "use_request", byte_count = 32,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the lease's owner key or of a debit key; 0 with `lease`: an open lease, paid by the attached payment." },
      { "meter", "u8", 4, 1, "Meter, 0 to 3." },
      { "zero0", "zero", 5, 1, "Reserved." },
      { "zero1", "zero", 6, 2, "Reserved." },
      { "quantity", "u64", 8, 8, "Quantity; from 1." },
      { "useNumber", "u64", 16, 8, "Number of this use, above all earlier ones of this key; 0 with an open lease." },
      { "lease", "id", 24, 8, "An open lease, when `handle` is 0; else 0." },
    },
  },
  UseReply = {
    filter = "use_reply", byte_count = 16,
    fields = {
      { "charged", "amount", 0, 8, "What it cost. Of a repeat (REPLAYED) 0: it was charged before, and how much is not kept." },
      { "balance", "amount", 8, 8, "The purse now." },
    },
  },
  ReserveRequest = {
    filter = "reserve_request", byte_count = 24,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key or of a debit key." },
      { "meter", "u8", 4, 1, "Meter, 0 to 3." },
      { "zero0", "zero", 5, 1, "Reserved." },
      { "zero1", "zero", 6, 2, "Reserved." },
      { "quantityMax", "u64", 8, 8, "Greatest quantity that may be settled; from 1." },
      { "timeout", "millis", 16, 8, "How long to hold it; from 1, at most one day." },
    },
  },
  ReserveReply = {
    filter = "reserve_reply", byte_count = 32,
    fields = {
      { "reservation", "id", 0, 8, "Its id." },
      { "held", "amount", 8, 8, "Amount held." },
      { "until", "instant", 16, 8, "When it goes back." },
      { "balance", "amount", 24, 8, "What is left in the purse." },
    },
  },
  SettleRequest = {
    filter = "settle_request", byte_count = 24,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the key that reserved." },
      { "zero", "zero", 4, 4, "Reserved." },
      { "reservation", "id", 8, 8, "The reservation." },
      { "quantity", "u64", 16, 8, "Actual quantity; at most what was reserved." },
    },
  },
  SettleReply = {
    filter = "settle_reply", byte_count = 24,
    fields = {
      { "charged", "amount", 0, 8, "What it cost." },
      { "returned", "amount", 8, 8, "What went back." },
      { "balance", "amount", 16, 8, "The purse now." },
    },
  },
  GrantDebitKeyRequest = {
    filter = "grant_debit_key_request", byte_count = 40,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key." },
      { "zero", "zero", 4, 4, "Reserved." },
      { "keyHash", "bytes16", 8, 16, "Key hash of the debit key." },
      { "perSecond", "amount", 24, 8, "Most that it may debit within one second of the broker's time." },
      { "total", "amount", 32, 8, "Most that it may debit in all, what it has debited included." },
    },
  },
  GrantDebitKeyReply = {
    filter = "grant_debit_key_reply", byte_count = 16,
    fields = {
      { "spent", "amount", 0, 8, "What the key has debited so far." },
      { "debitKey", "id", 8, 8, "Id of the debit key; 0: withdrawn." },
    },
  },
  CheckRequest = {
    filter = "check_request", byte_count = 8,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
    },
  },
  CheckReply = {
    filter = "check_reply", byte_count = 72,
    fields = {
      { "resource", "id", 0, 8, "Its resource." },
      { "epoch", "u64", 8, 8, "Its fencing epoch." },
      { "state", "LeaseState", 16, 1, "Its state now." },
      { "open", "u8", 17, 1, "1: an open lease." },
      { "zero", "zero", 18, 2, "Reserved." },
      { "units", "u32", 20, 4, "Its units (of an ended lease: those it had)." },
      { "deadline", "instant", 24, 8, "Last instant that is paid (of an ended lease: when it ended)." },
      { "end", "instant", 32, 8, "Deadline + 1 + grace: when it expires (of an ended lease: when it is forgotten)." },
      { "own", "amount", 40, 8, "Own money in its purse (of an ended lease: what its owner can collect)." },
      { "given", "amount", 48, 8, "Given money in its purse." },
      { "reserved", "amount", 56, 8, "Money held by RESERVE." },
      { "deposits", "amount", 64, 8, "Own money in its open chains (of an ended lease: 0)." },
    },
  },
  ReleaseRequest = {
    filter = "release_request", byte_count = 8,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key." },
      { "zero", "zero", 4, 4, "Reserved." },
    },
  },
  ReleaseReply = {
    filter = "release_reply", byte_count = 32,
    fields = {
      { "change", "amount", 0, 8, "Amount paid out." },
      { "given", "amount", 8, 8, "Given money that went to the resource's donation purse." },
      { "firstSerial", "id", 16, 8, "Serial of the note; 0: none." },
      { "keyEpoch", "u32", 24, 4, "Its key epoch." },
      { "count", "u16", 28, 2, "Notes that follow: 0 or 1." },
      { "zero", "zero", 30, 2, "Reserved." },
    },
  },
  RevokeRequest = {
    filter = "revoke_request", byte_count = 8,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
    },
  },
  RevokeReply = {
    filter = "revoke_reply", byte_count = 16,
    fields = {
      { "refund", "amount", 0, 8, "Own money kept for the owner." },
      { "given", "amount", 8, 8, "Given money that went to the resource's donation purse." },
    },
  },
  TransferRequest = {
    filter = "transfer_request", byte_count = 24,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key." },
      { "zero", "zero", 4, 4, "Reserved." },
      { "keyHash", "bytes16", 8, 16, "Key hash of the new owner key." },
    },
  },
  TransferReply = {
    filter = "transfer_reply", byte_count = 8,
    fields = {
      { "epoch", "u64", 0, 8, "The lease's new epoch." },
    },
  },
  SubscribeRequest = {
    filter = "subscribe_request", byte_count = 32,
    fields = {
      { "lease", "id", 0, 8, "A lease; or 0." },
      { "resource", "id", 8, 8, "A resource; or 0." },
      { "funding", "id", 16, 8, "A campaign, offering, auction or claim; or 0. Exactly one of the three is not 0." },
      { "mask", "SubscriptionMask", 24, 1, "What is wanted; 0 ends the subscription." },
      { "zero0", "zero", 25, 1, "Reserved." },
      { "zero1", "zero", 26, 2, "Reserved." },
      { "zero2", "zero", 28, 4, "Reserved." },
    },
  },
  SubscribeReply = {
    filter = "subscribe_reply", byte_count = 8,
    fields = {
      { "count", "u64", 0, 8, "Subscriptions of this connection now." },
    },
  },
  OpenChainRequest = {
    filter = "open_chain_request", byte_count = 40,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key." },
      { "chain", "u32", 4, 4, "Its number, chosen by the owner: none of an open chain of this lease; from 1." },
      { "weight", "amount", 8, 8, "What each step is worth; from 1." },
      { "length", "u32", 16, 4, "Steps; from 1." },
      { "zero", "zero", 20, 4, "Reserved." },
      { "root", "bytes16", 24, 16, "Word 0 (specification, Hash chains)." },
    },
  },
  OpenChainReply = {
    filter = "open_chain_reply", byte_count = 32,
    fields = {
      { "deposit", "amount", 0, 8, "What was put into the chain." },
      { "balance", "amount", 8, 8, "The purse now." },
      { "deadline", "instant", 16, 8, "Last instant that is paid." },
      { "payment", "id", 24, 8, "Payment id; 0: no payment was attached." },
    },
  },
  CloseChainRequest = {
    filter = "close_chain_request", byte_count = 8,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key." },
      { "chain", "u32", 4, 4, "Its number." },
    },
  },
  CloseChainReply = {
    filter = "close_chain_reply", byte_count = 24,
    fields = {
      { "returned", "amount", 0, 8, "What went back to the purse." },
      { "balance", "amount", 8, 8, "The purse now." },
      { "index", "u32", 16, 4, "Index of the last word that was shown." },
      { "zero", "zero", 20, 4, "Reserved." },
    },
  },
  CheckChainRequest = {
    filter = "check_chain_request", byte_count = 16,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
      { "chain", "u32", 8, 4, "Its number." },
      { "zero", "zero", 12, 4, "Reserved." },
    },
  },
  CheckChainReply = {
    filter = "check_chain_reply", byte_count = 32,
    fields = {
      { "index", "u32", 0, 4, "Index of the last word that was shown." },
      { "length", "u32", 4, 4, "Its steps." },
      { "weight", "amount", 8, 8, "What each is worth." },
      { "word", "bytes16", 16, 16, "The last word that was shown; index 0: the root." },
    },
  },
  PaymentRequest = {
    filter = "payment_request", byte_count = 8,
    fields = {
      { "payment", "id", 0, 8, "Payment id; 0: the attached tokens are meant." },
    },
  },
  PaymentReply = {
    filter = "payment_reply", byte_count = 64,
    fields = {
      { "outcome", "PaymentOutcome", 0, 1, "What became of it." },
      { "opcode", "u8", 1, 1, "Of ecash: the operation that it was for; else 0." },
      { "status", "Status", 2, 2, "Of ecash: PAYMENT_PENDING, OK, or why it was not taken or could not do what it was for; else OK." },
      { "spent", "u32", 4, 4, "Bit n: token number n was taken." },
      { "amount", "amount", 8, 8, "Sum of the tokens shown; of ecash what it is worth here, or becomes; else 0." },
      { "detail", "u64", 16, 8, "As `status` says." },
      { "reply", "KeptReply", 24, 40, "Of ecash that was taken: the reply to its request; else zero." },
    },
  },
  RefundRequest = {
    filter = "refund_request", byte_count = 40,
    fields = {
      { "payment", "id", 0, 8, "The payment; 0: the one that key and token lead to." },
      { "key", "bytes16", 8, 16, "The secret refund key." },
      { "token", "bytes16", 24, 16, "Hash of the token's text; of a payout zero." },
    },
  },
  RefundReply = {
    filter = "refund_reply", byte_count = 24,
    fields = {
      { "amount", "amount", 0, 8, "What it is worth." },
      { "firstSerial", "id", 8, 8, "Serial of the first note; the others follow on." },
      { "keyEpoch", "u32", 16, 4, "Their key epoch." },
      { "count", "u16", 20, 2, "Notes that follow." },
      { "zero", "zero", 22, 2, "Reserved." },
    },
  },
  MintsRequest = {
    filter = "mints_request", byte_count = 0,
    fields = {
    },
  },
  MintsReply = {
    filter = "mints_reply", byte_count = 40,
    fields = {
      { "lockX0", "bytes16", 0, 16, "The x of the key, its first half." },
      { "lockX1", "bytes16", 16, 16, "The other half." },
      { "lockIsOdd", "u8", 32, 1, "1: its y is odd; else 0." },
      { "zero0", "zero", 33, 1, "Reserved." },
      { "count", "u16", 34, 2, "Records that follow." },
      { "zero1", "zero", 36, 4, "Reserved." },
    },
  },
  PayoutRequest = {
    filter = "payout_request", byte_count = 24,
    fields = {
      { "mint", "u32", 0, 4, "Number of the mint." },
      { "count", "u16", 4, 2, "Blank outputs: from 1. What is paid out has at most so many bits set." },
      { "zero", "zero", 6, 2, "Reserved." },
      { "refundHash", "bytes16", 8, 16, "Hash of a secret refund key, which the payer keeps." },
    },
  },
  PayoutReply = {
    filter = "payout_reply", byte_count = 24,
    fields = {
      { "payment", "id", 0, 8, "The payout, as PAYMENT, SIGNATURES and REFUND name it." },
      { "amount", "u64", 8, 8, "What is paid out, in the mint's unit." },
      { "fee", "u64", 16, 8, "What is kept of it for the mint's fees, in the mint's unit." },
    },
  },
  SignaturesRequest = {
    filter = "signatures_request", byte_count = 8,
    fields = {
      { "payment", "id", 0, 8, "The payout." },
    },
  },
  SignaturesReply = {
    filter = "signatures_reply", byte_count = 48,
    fields = {
      { "amount", "u64", 0, 8, "What they are worth, in the mint's unit." },
      { "id0", "bytes16", 8, 16, "Id of their keyset: bytes 0 to 15, zero-padded where it has 8." },
      { "id1", "bytes16", 24, 16, "Bytes 16 to 31." },
      { "idLast", "u8", 40, 1, "Byte 32." },
      { "idByteCount", "u8", 41, 1, "8 or 33." },
      { "count", "u16", 42, 2, "Records that follow: of the first so many outputs." },
      { "mint", "u32", 44, 4, "Number of the mint." },
    },
  },
  TreasuryRequest = {
    filter = "treasury_request", byte_count = 8,
    fields = {
      { "mint", "u32", 0, 4, "Number of the mint." },
      { "zero", "zero", 4, 4, "Reserved." },
    },
  },
  TreasuryReply = {
    filter = "treasury_reply", byte_count = 104,
    fields = {
      { "held", "u64", 0, 8, "What the broker's proofs are worth, those being spent included; like all sums here in the mint's unit." },
      { "waiting", "u64", 8, 8, "Of payments that are not credited." },
      { "credited", "u64", 16, 8, "Of payments that are credited and not swapped." },
      { "promised", "u64", 24, 8, "Of payouts that wait." },
      { "received", "u64", 32, 8, "What swaps of payments brought." },
      { "paid", "u64", 40, 8, "What was paid out." },
      { "fees", "u64", 48, 8, "What the mint kept as fees." },
      { "lost", "u64", 56, 8, "What was credited and refused, and proofs of the broker's that somebody else spent." },
      { "found", "u64", 64, 8, "Proofs of the broker's that the mint had signed and it did not know of." },
      { "ceiling", "u64", 72, 8, "Most that is had and taken; 0: any." },
      { "answeredAt", "instant", 80, 8, "When the mint last answered as a mint does; 0: not since the start." },
      { "locktime", "instant", 88, 8, "When the first lock ends of what is credited and not swapped; 0: none does." },
      { "failureCount", "u32", 96, 4, "Questions in a row of which nothing came." },
      { "count", "u16", 100, 2, "Records that follow." },
      { "zero", "zero", 102, 2, "Reserved." },
    },
  },
  ExchangeRequest = {
    filter = "exchange_request", byte_count = 8,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key of the lease that the notes are bound to; 0: none is bound." },
      { "count", "u16", 4, 2, "Notes wanted: from 1." },
      { "zero", "zero", 6, 2, "Reserved." },
    },
  },
  ExchangeReply = {
    filter = "exchange_reply", byte_count = 32,
    fields = {
      { "amount", "amount", 0, 8, "Their sum." },
      { "firstSerial", "id", 8, 8, "Serial of the first; the others follow on." },
      { "payment", "id", 16, 8, "Payment id." },
      { "keyEpoch", "u32", 24, 4, "Their key epoch." },
      { "count", "u16", 28, 2, "Notes that follow." },
      { "zero", "zero", 30, 2, "Reserved." },
    },
  },
  IssueRequest = {
    filter = "issue_request", byte_count = 24,
    fields = {
      { "amount", "amount", 0, 8, "Amount of each; from 1." },
      { "binding", "id", 8, 8, "Lease to bind them to; 0: none." },
      { "count", "u16", 16, 2, "How many; from 1 to issueCountMax." },
      { "zero0", "zero", 18, 2, "Reserved." },
      { "zero1", "zero", 20, 4, "Reserved." },
    },
  },
  IssueReply = {
    filter = "issue_reply", byte_count = 24,
    fields = {
      { "amount", "amount", 0, 8, "Their sum." },
      { "firstSerial", "id", 8, 8, "Serial of the first; the others follow on." },
      { "keyEpoch", "u32", 16, 4, "Their key epoch." },
      { "count", "u16", 20, 2, "Notes that follow." },
      { "zero", "zero", 22, 2, "Reserved." },
    },
  },
  WithdrawRequest = {
    filter = "withdraw_request", byte_count = 8,
    fields = {
      { "amount", "amount", 0, 8, "How much; 0: all there is." },
    },
  },
  WithdrawReply = {
    filter = "withdraw_reply", byte_count = 32,
    fields = {
      { "amount", "amount", 0, 8, "Amount paid out." },
      { "left", "amount", 8, 8, "Earnings that are left." },
      { "firstSerial", "id", 16, 8, "Serial of the note." },
      { "keyEpoch", "u32", 24, 4, "Its key epoch." },
      { "count", "u16", 28, 2, "Notes that follow: 1." },
      { "zero", "zero", 30, 2, "Reserved." },
    },
  },
  RotateRequest = {
    filter = "rotate_request", byte_count = 16,
    fields = {
      { "validity", "millis", 0, 8, "How long notes of the epoch that ends its issue stay valid; 0: one year, which is also the least." },
      { "algorithm", "TagAlgorithm", 8, 1, "Tag algorithm of the new epoch." },
      { "zero0", "zero", 9, 1, "Reserved." },
      { "zero1", "zero", 10, 2, "Reserved." },
      { "zero2", "zero", 12, 4, "Reserved." },
    },
  },
  RotateReply = {
    filter = "rotate_reply", byte_count = 16,
    fields = {
      { "keyEpoch", "u32", 0, 4, "The new key epoch." },
      { "zero", "zero", 4, 4, "Reserved." },
      { "validUntil", "instant", 8, 8, "When notes of the one before end." },
    },
  },
  AcceptLossRequest = {
    filter = "accept_loss_request", byte_count = 8,
    fields = {
      { "amount", "amount", 0, 8, "The most that may be taken twice: at least what the quarantined notes are worth." },
    },
  },
  AcceptLossReply = {
    filter = "accept_loss_reply", byte_count = 8,
    fields = {
      { "amount", "amount", 0, 8, "What the notes that were quarantined are worth; 0: there were none." },
    },
  },
  BrokerStatusRequest = {
    filter = "broker_status_request", byte_count = 0,
    fields = {
    },
  },
  BrokerStatusReply = {
    filter = "broker_status_reply", byte_count = 96,
    fields = {
      { "now", "instant", 0, 8, "The broker's time." },
      { "startedAt", "instant", 8, 8, "When it started." },
      { "sequence", "u64", 16, 8, "Commands applied since its genesis." },
      { "durable", "u64", 24, 8, "Of them, durable." },
      { "accepted", "u64", 32, 8, "Requests accepted since it started." },
      { "refused", "u64", 40, 8, "Requests refused since it started." },
      { "credited", "amount", 48, 8, "Money credited to purses since its genesis." },
      { "charged", "amount", 56, 8, "Money charged for time and use since its genesis." },
      { "connections", "u32", 64, 4, "Connections." },
      { "sessions", "u32", 68, 4, "Sessions that are kept." },
      { "resources", "u32", 72, 4, "Resources." },
      { "leases", "u32", 76, 4, "Live leases." },
      { "ended", "u32", 80, 4, "Ended leases that are remembered." },
      { "subscriptions", "u32", 84, 4, "Subscriptions." },
      { "keyEpoch", "u32", 88, 4, "Note key epoch in use." },
      { "leaseCountMax", "u32", 92, 4, "Capacity of the lease table." },
    },
  },
  AuditFiguresRequest = {
    filter = "audit_figures_request", byte_count = 0,
    fields = {
    },
  },
  AuditFiguresReply = {
    filter = "audit_figures_reply", byte_count = 24,
    fields = {
      { "sequence", "u64", 0, 8, "Commands applied when the figures were taken." },
      { "now", "instant", 8, 8, "Their instant." },
      { "count", "u16", 16, 2, "Records that follow." },
      { "zero0", "zero", 18, 2, "Reserved." },
      { "zero1", "zero", 20, 4, "Reserved." },
    },
  },
  StatementRequest = {
    filter = "statement_request", byte_count = 16,
    fields = {
      { "resource", "id", 0, 8, "The resource; 0: the whole ledger, which is the operator's to read." },
      { "after", "u64", 8, 8, "Number of a line that was told; 0, or one that is not kept any more: from the first that is." },
    },
  },
  StatementReply = {
    filter = "statement_reply", byte_count = 24,
    fields = {
      { "now", "instant", 0, 8, "The broker's time: lines of the same minute may still grow." },
      { "last", "u64", 8, 8, "Number of the last line there is of what was asked for; 0: none ever was." },
      { "count", "u16", 16, 2, "Lines that follow." },
      { "zero", "zero", 18, 2, "Reserved." },
      { "incarnation", "u32", 20, 4, "Number of the broker's life: a restored broker may have other lines under numbers that were told." },
    },
  },
  DonateRequest = {
    filter = "donate_request", byte_count = 48,
    fields = {
      { "target", "id", 0, 8, "The resource, lease or pool." },
      { "kind", "DonationTarget", 8, 1, "Which of them." },
      { "zero0", "zero", 9, 1, "Reserved." },
      { "zero1", "zero", 10, 2, "Reserved." },
      { "zero2", "zero", 12, 4, "Reserved." },
      { "label", "name32", 16, 32, "Public label; zero bytes: none." },
    },
  },
  DonateReply = {
    filter = "donate_reply", byte_count = 40,
    fields = {
      { "credited", "amount", 0, 8, "What this payment gave." },
      { "matched", "amount", 8, 8, "What sponsors added to it." },
      { "payment", "id", 16, 8, "Payment id." },
      { "lease", "id", 24, 8, "The lease that it funds; 0: it went to a donation purse, or to a pool." },
      { "deadline", "instant", 32, 8, "Last instant of that lease that is paid; 0: there is none." },
    },
  },
  SpendDonationsRequest = {
    filter = "spend_donations_request", byte_count = 16,
    fields = {
      { "resource", "id", 0, 8, "The resource, of this provider." },
      { "amount", "amount", 8, 8, "How much; 0: all." },
    },
  },
  SpendDonationsReply = {
    filter = "spend_donations_reply", byte_count = 40,
    fields = {
      { "amount", "amount", 0, 8, "What was moved." },
      { "left", "amount", 8, 8, "What is left in the donation purse." },
      { "lease", "id", 16, 8, "The public lease." },
      { "balance", "amount", 24, 8, "Its purse now." },
      { "deadline", "instant", 32, 8, "Last instant that is paid." },
    },
  },
  SetPoolRequest = {
    filter = "set_pool_request", byte_count = 48,
    fields = {
      { "pool", "id", 0, 8, "The pool, of this provider or operator; 0: a new one." },
      { "name", "name32", 8, 32, "Its name, unique among pools." },
      { "count", "u16", 40, 2, "Resources that follow; 0: it takes no more donations." },
      { "zero0", "zero", 42, 2, "Reserved." },
      { "zero1", "zero", 44, 4, "Reserved." },
    },
  },
  SetPoolReply = {
    filter = "set_pool_reply", byte_count = 8,
    fields = {
      { "pool", "id", 0, 8, "The pool." },
    },
  },
  DescribePoolRequest = {
    filter = "describe_pool_request", byte_count = 40,
    fields = {
      { "pool", "id", 0, 8, "The pool; 0: by name." },
      { "name", "name32", 8, 32, "Its name, when the id is 0; else zero bytes." },
    },
  },
  DescribePoolReply = {
    filter = "describe_pool_reply", byte_count = 64,
    fields = {
      { "pool", "id", 0, 8, "Its id." },
      { "name", "name32", 8, 32, "Its name." },
      { "donated", "amount", 40, 8, "What was given to it." },
      { "donationCount", "u64", 48, 8, "In how many donations." },
      { "count", "u16", 56, 2, "Resources that follow." },
      { "zero0", "zero", 58, 2, "Reserved." },
      { "zero1", "zero", 60, 4, "Reserved." },
    },
  },
  MatchRequest = {
    filter = "match_request", byte_count = 80,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
      { "keyHash", "bytes16", 8, 16, "Key hash of the claim key that the sponsor chose (specification, Keys)." },
      { "numerator", "u32", 24, 4, "It adds numerator / denominator times each donation, rounded down; from 1." },
      { "denominator", "u32", 28, 4, "From 1." },
      { "cap", "amount", 32, 8, "Most that it adds to one donation; 0: no limit." },
      { "duration", "millis", 40, 8, "How long it matches; from 1." },
      { "label", "name32", 48, 32, "The sponsor's public label; zero bytes: none." },
    },
  },
  MatchReply = {
    filter = "match_reply", byte_count = 32,
    fields = {
      { "claim", "id", 0, 8, "Claim on what is left of it." },
      { "amount", "amount", 8, 8, "The deposit." },
      { "until", "instant", 16, 8, "First instant at which it matches no more." },
      { "payment", "id", 24, 8, "Payment id." },
    },
  },
  ScheduleRequest = {
    filter = "schedule_request", byte_count = 80,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
      { "keyHash", "bytes16", 8, 16, "Key hash of the claim key that the pledger chose." },
      { "count", "u32", 24, 4, "Instalments; from 1." },
      { "zero", "zero", 28, 4, "Reserved." },
      { "first", "millis", 32, 8, "Time until the first one." },
      { "interval", "millis", 40, 8, "Time from one to the next; at least `instalmentMillisMin`." },
      { "label", "name32", 48, 32, "Public label; zero bytes: none." },
    },
  },
  ScheduleReply = {
    filter = "schedule_reply", byte_count = 32,
    fields = {
      { "claim", "id", 0, 8, "Claim on what has not been paid." },
      { "amount", "amount", 8, 8, "The sum of all instalments." },
      { "next", "instant", 16, 8, "When the first one is paid." },
      { "payment", "id", 24, 8, "Payment id." },
    },
  },
  OpenCampaignRequest = {
    filter = "open_campaign_request", byte_count = 72,
    fields = {
      { "resource", "id", 0, 8, "The resource, of this provider." },
      { "goal", "amount", 8, 8, "What must be pledged; from 1." },
      { "minimum", "amount", 16, 8, "Least pledge; 0: any." },
      { "duration", "millis", 24, 8, "Time until it closes; from 1." },
      { "rule", "UnclaimedRule", 32, 1, "Whose the refunds are that nobody claims." },
      { "zero0", "zero", 33, 1, "Reserved." },
      { "zero1", "zero", 34, 2, "Reserved." },
      { "zero2", "zero", 36, 4, "Reserved." },
      { "label", "name32", 40, 32, "What it is for; zero bytes: nothing said." },
    },
  },
  OpenCampaignReply = {
    filter = "open_campaign_reply", byte_count = 16,
    fields = {
      { "campaign", "id", 0, 8, "Its id." },
      { "closesAt", "instant", 8, 8, "First instant at which it takes no more pledges." },
    },
  },
  PledgeRequest = {
    filter = "pledge_request", byte_count = 56,
    fields = {
      { "campaign", "id", 0, 8, "The campaign." },
      { "keyHash", "bytes16", 8, 16, "Key hash of the claim key that the pledger chose." },
      { "label", "name32", 24, 32, "Public label; zero bytes: none." },
    },
  },
  PledgeReply = {
    filter = "pledge_reply", byte_count = 40,
    fields = {
      { "claim", "id", 0, 8, "Claim on the pledge." },
      { "amount", "amount", 8, 8, "What was pledged." },
      { "pledged", "amount", 16, 8, "What all have pledged so far." },
      { "closesAt", "instant", 24, 8, "When the campaign closes." },
      { "payment", "id", 32, 8, "Payment id." },
    },
  },
  CancelRequest = {
    filter = "cancel_request", byte_count = 8,
    fields = {
      { "funding", "id", 0, 8, "The campaign, offering or auction, or the claim of the deposit or schedule, on a resource of this provider." },
    },
  },
  CancelReply = {
    filter = "cancel_reply", byte_count = 8,
    fields = {
      { "amount", "amount", 0, 8, "What is due to claim keys by that." },
    },
  },
  ClaimRequest = {
    filter = "claim_request", byte_count = 32,
    fields = {
      { "claim", "id", 0, 8, "The claim." },
      { "key", "bytes16", 8, 16, "The secret claim key." },
      { "flags", "ClaimFlags", 24, 4, "Options." },
      { "zero", "zero", 28, 4, "Reserved." },
    },
  },
  ClaimReply = {
    filter = "claim_reply", byte_count = 32,
    fields = {
      { "amount", "amount", 0, 8, "Amount paid out." },
      { "left", "amount", 8, 8, "Money of the claim that is still at work." },
      { "firstSerial", "id", 16, 8, "Serial of the note." },
      { "keyEpoch", "u32", 24, 4, "Its key epoch." },
      { "count", "u16", 28, 2, "Notes that follow: 1." },
      { "zero", "zero", 30, 2, "Reserved." },
    },
  },
  RotateClaimRequest = {
    filter = "rotate_claim_request", byte_count = 40,
    fields = {
      { "claim", "id", 0, 8, "The claim." },
      { "key", "bytes16", 8, 16, "The secret claim key." },
      { "keyHash", "bytes16", 24, 16, "Key hash of the new one." },
    },
  },
  RotateClaimReply = {
    filter = "rotate_claim_reply", byte_count = 8,
    fields = {
      { "due", "amount", 0, 8, "What is due on it." },
    },
  },
  CheckClaimRequest = {
    filter = "check_claim_request", byte_count = 8,
    fields = {
      { "claim", "id", 0, 8, "The claim." },
    },
  },
  CheckClaimReply = {
    filter = "check_claim_reply", byte_count = 64,
    fields = {
      { "resource", "id", 0, 8, "Its resource." },
      { "funding", "id", 8, 8, "Its campaign, offering or auction; 0: it has none." },
      { "amount", "amount", 16, 8, "What was put in." },
      { "left", "amount", 24, 8, "Of it, still at work." },
      { "due", "amount", 32, 8, "What can be collected with CLAIM." },
      { "paid", "amount", 40, 8, "What was collected last; 0: nothing." },
      { "instant", "instant", 48, 8, "When its state changes by itself: next instalment, closing, end; when what is due is forfeit, or the claim forgotten." },
      { "kind", "ClaimKind", 56, 1, "What it is on." },
      { "state", "FundingState", 57, 1, "Its state." },
      { "zero0", "zero", 58, 2, "Reserved." },
      { "zero1", "zero", 60, 4, "Reserved." },
    },
  },
  FundingRequest = {
    filter = "funding_request", byte_count = 8,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
    },
  },
  FundingReply = {
    filter = "funding_reply", byte_count = 128,
    fields = {
      { "lease", "id", 0, 8, "Its public lease: the open lease granted last; 0: none lives." },
      { "balance", "amount", 8, 8, "The purse of that lease." },
      { "deadline", "instant", 16, 8, "Its last instant that is paid; 0: none lives." },
      { "state", "u8", 24, 1, "Its LeaseState; 0: none lives." },
      { "zero0", "zero", 25, 1, "Reserved." },
      { "count", "u16", 26, 2, "Records that follow." },
      { "zero1", "zero", 28, 4, "Reserved." },
      { "donations", "amount", 32, 8, "Its donation purse: gifts that wait for a public lease." },
      { "donationCount", "u64", 40, 8, "Donations and pledges so far." },
      { "plain", "amount", 48, 8, "Given by DONATE, to it and to its leases." },
      { "pool", "amount", 56, 8, "Given by way of pools." },
      { "matched", "amount", 64, 8, "Added by sponsors' deposits." },
      { "scheduled", "amount", 72, 8, "Instalments so far." },
      { "campaign", "amount", 80, 8, "From campaigns that reached their goal." },
      { "invested", "amount", 88, 8, "From offerings that closed." },
      { "sponsored", "amount", 96, 8, "From winners of auctions." },
      { "earned", "amount", 104, 8, "Revenue since it was registered, fees included, up to each lease's last settlement." },
      { "burnRate", "amount", 112, 8, "Amount that its running leases cost per period at their prices, at their last wake-up." },
      { "period", "millis", 120, 8, "Length of the price period." },
    },
  },
  SplitRevenueRequest = {
    filter = "split_revenue_request", byte_count = 16,
    fields = {
      { "resource", "id", 0, 8, "The resource, of this provider." },
      { "count", "u16", 8, 2, "Recipients that follow." },
      { "zero0", "zero", 10, 2, "Reserved." },
      { "zero1", "zero", 12, 4, "Reserved." },
    },
  },
  SplitRevenueReply = {
    filter = "split_revenue_reply", byte_count = 8,
    fields = {
      { "left", "u64", 0, 8, "What is left to the provider at least, in millionths: open offerings count too, and each with the greater of its shares." },
    },
  },
  OpenOfferingRequest = {
    filter = "open_offering_request", byte_count = 96,
    fields = {
      { "resource", "id", 0, 8, "The resource, of this provider." },
      { "cap", "amount", 8, 8, "Most that it takes; from 1." },
      { "criterion", "amount", 16, 8, "Revenue, fees not included, that ends the start-up phase; 0: there is none." },
      { "unit", "amount", 24, 8, "Every investment is a multiple of it; from 1." },
      { "duration", "millis", 32, 8, "Time until it closes; from 1." },
      { "period", "millis", 40, 8, "REVENUE: how long it shares after it closed; else 0." },
      { "startShare", "u32", 48, 4, "Its share of the revenue in the start-up phase, in millionths." },
      { "share", "u32", 52, 4, "Its share after it, in millionths; from 1." },
      { "returnPerMillion", "u32", 56, 4, "FIXED: what a tier gets in all, in millionths of what was invested in it; else 0." },
      { "count", "u16", 60, 2, "Tiers that follow; from 1." },
      { "kind", "OfferingKind", 62, 1, "What investors get." },
      { "zero", "zero", 63, 1, "Reserved." },
      { "label", "name32", 64, 32, "What it is for; zero bytes: nothing said." },
    },
  },
  OpenOfferingReply = {
    filter = "open_offering_reply", byte_count = 16,
    fields = {
      { "offering", "id", 0, 8, "Its id." },
      { "closesAt", "instant", 8, 8, "First instant at which it takes no more." },
    },
  },
  InvestRequest = {
    filter = "invest_request", byte_count = 24,
    fields = {
      { "offering", "id", 0, 8, "The offering." },
      { "keyHash", "bytes16", 8, 16, "Key hash of the claim key that the investor chose." },
    },
  },
  InvestReply = {
    filter = "invest_reply", byte_count = 40,
    fields = {
      { "claim", "id", 0, 8, "Claim on its part of the revenue." },
      { "amount", "amount", 8, 8, "What was invested." },
      { "raised", "amount", 16, 8, "What all have invested so far." },
      { "closesAt", "instant", 24, 8, "When the offering closes, and its claims begin to share." },
      { "payment", "id", 32, 8, "Payment id." },
    },
  },
  DescribeOfferingRequest = {
    filter = "describe_offering_request", byte_count = 8,
    fields = {
      { "offering", "id", 0, 8, "The offering." },
    },
  },
  DescribeOfferingReply = {
    filter = "describe_offering_reply", byte_count = 128,
    fields = {
      { "resource", "id", 0, 8, "Its resource." },
      { "cap", "amount", 8, 8, "Most that it takes." },
      { "criterion", "amount", 16, 8, "Revenue that ends the start-up phase." },
      { "startLeft", "amount", 24, 8, "Of it, still to come." },
      { "unit", "amount", 32, 8, "Every investment is a multiple of it." },
      { "raised", "amount", 40, 8, "What was invested." },
      { "claims", "u64", 48, 8, "Investments." },
      { "earned", "amount", 56, 8, "What it got of the revenue so far." },
      { "closesAt", "instant", 64, 8, "When it closes, or closed." },
      { "endsAt", "instant", 72, 8, "REVENUE: when it shares no more; else 0." },
      { "startShare", "u32", 80, 4, "Its share in the start-up phase, in millionths." },
      { "share", "u32", 84, 4, "Its share after it." },
      { "returnPerMillion", "u32", 88, 4, "FIXED: what a tier gets in all." },
      { "count", "u16", 92, 2, "Tiers that follow." },
      { "kind", "OfferingKind", 94, 1, "What investors get." },
      { "state", "FundingState", 95, 1, "Its state." },
      { "label", "name32", 96, 32, "What it is for." },
    },
  },
  OpenAuctionRequest = {
    filter = "open_auction_request", byte_count = 104,
    fields = {
      { "resource", "id", 0, 8, "The resource, of this provider." },
      { "reserve", "amount", 8, 8, "Least bid; from 1." },
      { "increment", "amount", 16, 8, "How far a bid must be above the best one; from 1." },
      { "duration", "millis", 24, 8, "Time until it takes no more bids; from 1." },
      { "reveal", "millis", 32, 8, "SEALED: time for revealing bids, after that; from 1. Else 0." },
      { "extendBy", "millis", 40, 8, "A bid that comes later than this before the end moves the end this far away from it, though not beyond the begin of the period; 0: none does. SEALED: 0." },
      { "start", "millis", 48, 8, "Time until the period begins; at least `duration` and `reveal` together." },
      { "period", "millis", 56, 8, "Length of the period; from 1." },
      { "forfeitPerMillion", "u32", 64, 4, "SEALED: what a bid that is not revealed leaves to the resource, in millionths of its money. Else 0." },
      { "flags", "AuctionFlags", 68, 4, "Rules." },
      { "label", "name32", 72, 32, "What it is for; zero bytes: nothing said." },
    },
  },
  OpenAuctionReply = {
    filter = "open_auction_reply", byte_count = 16,
    fields = {
      { "auction", "id", 0, 8, "Its id." },
      { "closesAt", "instant", 8, 8, "First instant at which it takes no more bids, if none moves it." },
    },
  },
  BidRequest = {
    filter = "bid_request", byte_count = 248,
    fields = {
      { "auction", "id", 0, 8, "The auction." },
      { "keyHash", "bytes16", 8, 16, "Key hash of the claim key that the bidder chose." },
      { "commitment", "Digest32", 24, 32, "SEALED: what the bid is (specification, Auctions). Else zero bytes." },
      { "banner", "Banner", 56, 192, "What is shown if it wins." },
    },
  },
  BidReply = {
    filter = "bid_reply", byte_count = 40,
    fields = {
      { "claim", "id", 0, 8, "Claim on what does not pay for the period." },
      { "amount", "amount", 8, 8, "The money of the bid." },
      { "payment", "id", 16, 8, "Payment id." },
      { "head", "bytes16", 24, 16, "The transcript up to this bid: the first 16 bytes of its head." },
    },
  },
  RaiseBidRequest = {
    filter = "raise_bid_request", byte_count = 56,
    fields = {
      { "claim", "id", 0, 8, "The bid's claim." },
      { "key", "bytes16", 8, 16, "The secret claim key." },
      { "commitment", "Digest32", 24, 32, "SEALED: what the bid is from now on. Else zero bytes." },
    },
  },
  RaiseBidReply = {
    filter = "raise_bid_reply", byte_count = 40,
    fields = {
      { "amount", "amount", 0, 8, "All money of the bid." },
      { "closesAt", "instant", 8, 8, "First instant at which the auction takes no more bids." },
      { "payment", "id", 16, 8, "Payment id." },
      { "head", "bytes16", 24, 16, "The transcript up to this raise: the first 16 bytes of its head." },
    },
  },
  RevealBidRequest = {
    filter = "reveal_bid_request", byte_count = 32,
    fields = {
      { "claim", "id", 0, 8, "The bid's claim." },
      { "amount", "amount", 8, 8, "The bid; at most its money." },
      { "nonce", "bytes16", 16, 16, "The secret number in its commitment." },
    },
  },
  RevealBidReply = {
    filter = "reveal_bid_reply", byte_count = 24,
    fields = {
      { "due", "amount", 0, 8, "What can be collected with CLAIM by that." },
      { "head", "bytes16", 8, 16, "The transcript up to this line: the first 16 bytes of its head." },
    },
  },
  RefuseBidRequest = {
    filter = "refuse_bid_request", byte_count = 8,
    fields = {
      { "claim", "id", 0, 8, "The bid's claim; in an auction for a resource of this provider." },
    },
  },
  RefuseBidReply = {
    filter = "refuse_bid_reply", byte_count = 8,
    fields = {
      { "amount", "amount", 0, 8, "What is due by that." },
    },
  },
  DescribeAuctionRequest = {
    filter = "describe_auction_request", byte_count = 8,
    fields = {
      { "auction", "id", 0, 8, "The auction." },
    },
  },
  DescribeAuctionReply = {
    filter = "describe_auction_reply", byte_count = 192,
    fields = {
      { "resource", "id", 0, 8, "Its resource." },
      { "reserve", "amount", 8, 8, "Least bid." },
      { "increment", "amount", 16, 8, "How far a bid must be above the best one." },
      { "least", "amount", 24, 8, "Least bid that is accepted now." },
      { "winner", "id", 32, 8, "Claim of the best bid: of one that counts and is not sealed, and from AWARDED on of the winner; 0: none." },
      { "amount", "amount", 40, 8, "What was bid by it." },
      { "price", "amount", 48, 8, "From AWARDED on: what the winner pays; else 0." },
      { "held", "amount", 56, 8, "Money of all its bids, as far as it is not due or given." },
      { "closesAt", "instant", 64, 8, "First instant at which it takes no more bids." },
      { "decidedAt", "instant", 72, 8, "When the winner is found: then, or at the end of revealing." },
      { "startsAt", "instant", 80, 8, "When the period begins." },
      { "endsAt", "instant", 88, 8, "When it ends." },
      { "extendBy", "millis", 96, 8, "How far a late bid moves the end." },
      { "forfeitPerMillion", "u32", 104, 4, "What a bid that is not revealed leaves to the resource." },
      { "flags", "AuctionFlags", 108, 4, "Rules." },
      { "bidCount", "u32", 112, 4, "Bids, refused ones included." },
      { "lineCount", "u32", 116, 4, "Lines of its transcript." },
      { "state", "FundingState", 120, 1, "Its state." },
      { "zero0", "zero", 121, 1, "Reserved." },
      { "zero1", "zero", 122, 2, "Reserved." },
      { "zero2", "zero", 124, 4, "Reserved." },
      { "head", "Digest32", 128, 32, "Head of its transcript." },
      { "label", "name32", 160, 32, "What it is for." },
    },
  },
  DescribeBidRequest = {
    filter = "describe_bid_request", byte_count = 8,
    fields = {
      { "claim", "id", 0, 8, "The bid's claim." },
    },
  },
  DescribeBidReply = {
    filter = "describe_bid_reply", byte_count = 256,
    fields = {
      { "auction", "id", 0, 8, "Its auction." },
      { "held", "amount", 8, 8, "Its money, as far as it is not due or given." },
      { "amount", "amount", 16, 8, "The bid; of a sealed one 0 until it is revealed." },
      { "commitment", "Digest32", 24, 32, "Of a sealed one; else zero bytes." },
      { "banner", "Banner", 56, 192, "What is shown if it wins." },
      { "state", "FundingState", 248, 1, "Its state." },
      { "zero0", "zero", 249, 1, "Reserved." },
      { "zero1", "zero", 250, 2, "Reserved." },
      { "zero2", "zero", 252, 4, "Reserved." },
    },
  },
  TranscriptRequest = {
    filter = "transcript_request", byte_count = 16,
    fields = {
      { "auction", "id", 0, 8, "The auction." },
      { "from", "u32", 8, 4, "Number of the first line wanted; from 0." },
      { "zero", "zero", 12, 4, "Reserved." },
    },
  },
  TranscriptReply = {
    filter = "transcript_reply", byte_count = 8,
    fields = {
      { "lineCount", "u32", 0, 4, "Lines there are." },
      { "count", "u16", 4, 2, "Lines that follow." },
      { "zero", "zero", 6, 2, "Reserved." },
    },
  },
  MailboxRequest = {
    filter = "mailbox_request", byte_count = 32,
    fields = {
      { "claim", "id", 0, 8, "The claim." },
      { "key", "bytes16", 8, 16, "The secret claim key." },
      { "after", "instant", 24, 8, "Only what came after this; 0: all." },
    },
  },
  MailboxReply = {
    filter = "mailbox_reply", byte_count = 32,
    fields = {
      { "resource", "id", 0, 8, "Its resource." },
      { "funding", "id", 8, 8, "Its campaign, offering or auction; 0: it has none." },
      { "now", "instant", 16, 8, "The broker's time: one less is `after` of the next question." },
      { "count", "u16", 24, 2, "Records that follow." },
      { "zero0", "zero", 26, 2, "Reserved." },
      { "zero1", "zero", 28, 4, "Reserved." },
    },
  },
  AttachRequest = {
    filter = "attach_request", byte_count = 32,
    fields = {
      { "agent", "u32", 0, 4, "Which of the resource's agents, from 1." },
      { "flags", "AgentFlags", 4, 4, "What it does." },
      { "bootNonce", "bytes16", 8, 16, "Random number that the agent drew when it started." },
      { "stamp", "u64", 24, 8, "Its clock, in milliseconds: one that never goes back, from 1, and counts on while it sleeps." },
    },
  },
  AttachReply = {
    filter = "attach_reply", byte_count = 32,
    fields = {
      { "epochFloor", "u64", 0, 8, "Last epoch of the resource that was drawn: a lease with an epoch up to it that AGENT_LEASES does not tell of is over." },
      { "reportNumber", "u64", 8, 8, "Number of the last REPORT of this agent that was taken; 0: none." },
      { "leaseCount", "u32", 16, 4, "Leases of the resource." },
      { "heartbeatMillis", "u32", 20, 4, "How often to send HEARTBEAT." },
      { "silenceMillis", "u32", 24, 4, "After how long a silence the broker takes the agent for lost." },
      { "zero", "zero", 28, 4, "Reserved." },
    },
  },
  HeartbeatRequest = {
    filter = "heartbeat_request", byte_count = 16,
    fields = {
      { "stamp", "u64", 0, 8, "Its clock, in milliseconds." },
      { "heard", "u64", 8, 8, "Number of the last push of this connection that it has carried out." },
    },
  },
  HeartbeatReply = {
    filter = "heartbeat_reply", byte_count = 8,
    fields = {
      { "stamp", "u64", 0, 8, "The same stamp." },
    },
  },
  AgentLeasesRequest = {
    filter = "agent_leases_request", byte_count = 16,
    fields = {
      { "after", "id", 0, 8, "Leases above this one; 0: from the start." },
      { "countMax", "u16", 8, 2, "How many at most; 0: as many as fit a page." },
      { "zero0", "zero", 10, 2, "Reserved." },
      { "zero1", "zero", 12, 4, "Reserved." },
    },
  },
  AgentLeasesReply = {
    filter = "agent_leases_reply", byte_count = 8,
    fields = {
      { "count", "u16", 0, 2, "Records that follow." },
      { "more", "u8", 2, 1, "1: there are more." },
      { "zero0", "zero", 3, 1, "Reserved." },
      { "zero1", "zero", 4, 4, "Reserved." },
    },
  },
  ProvisionRequest = {
    filter = "provision_request", byte_count = 120,
    fields = {
      { "lease", "id", 0, 8, "The lease, which this agent provisions." },
      { "epoch", "u64", 8, 8, "Its epoch, as the agent knows it." },
      { "ready", "u8", 16, 1, "1: READY. 0: FAILED." },
      { "zero0", "zero", 17, 1, "Reserved." },
      { "zero1", "zero", 18, 2, "Reserved." },
      { "zero2", "zero", 20, 4, "Reserved." },
      { "endpoint", "text96", 24, 96, "READY: where its holder finds it; zero bytes: nowhere in particular. FAILED: why. No secret: it is kept as it is." },
    },
  },
  ProvisionReply = {
    filter = "provision_reply", byte_count = 8,
    fields = {
      { "epoch", "u64", 0, 8, "Its epoch now: another one, when it was READY before with another endpoint." },
    },
  },
  ServiceRequest = {
    filter = "service_request", byte_count = 8,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key." },
      { "zero", "zero", 4, 4, "Reserved." },
    },
  },
  ServiceReply = {
    filter = "service_reply", byte_count = 136,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
      { "epoch", "u64", 8, 8, "Its epoch." },
      { "agent", "u32", 16, 4, "Number of the agent that provisions it; 0: none does." },
      { "state", "LeaseState", 20, 1, "Its state." },
      { "attached", "u8", 21, 1, "1: that agent is attached." },
      { "zero", "zero", 22, 2, "Reserved." },
      { "received", "u64", 24, 8, "Bytes from the holder that agents reported." },
      { "sent", "u64", 32, 8, "Bytes to the holder that agents reported." },
      { "endpoint", "text96", 40, 96, "Where it is; zero bytes: the agent did not say, or not yet. Of a FAILED lease: why." },
    },
  },
  TicketRequest = {
    filter = "ticket_request", byte_count = 8,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the owner key." },
      { "agent", "u32", 4, 4, "Number of the agent that it is for; 0: the one that provisions the lease." },
    },
  },
  TicketReply = {
    filter = "ticket_reply", byte_count = 112,
    fields = {
      { "ticket", "LeaseTicket", 0, 96, "The ticket, to be shown to the agent." },
      { "holderKey", "bytes16", 96, 16, "Secret: proves that whoever shows the ticket is the one it was given to." },
    },
  },
  ReportRequest = {
    filter = "report_request", byte_count = 16,
    fields = {
      { "number", "u64", 0, 8, "Number of the report: one above the last that was taken." },
      { "count", "u16", 8, 2, "Records that follow." },
      { "last", "u8", 10, 1, "1: all is told of the time in which the agent was lost." },
      { "zero0", "zero", 11, 1, "Reserved." },
      { "zero1", "zero", 12, 4, "Reserved." },
    },
  },
  ReportReply = {
    filter = "report_reply", byte_count = 16,
    fields = {
      { "number", "u64", 0, 8, "Number of the last report that was taken." },
      { "credited", "millis", 8, 8, "Time that leases were given back by this report, of all together; of a repeat 0." },
    },
  },
  VoucherRequest = {
    filter = "voucher_request", byte_count = 24,
    fields = {
      { "handle", "u32", 0, 4, "Handle of the lease's owner key or of a debit key." },
      { "agent", "u32", 4, 4, "Number of the agent that it is for; 0: the one that provisions the lease." },
      { "quantity", "u64", 8, 8, "Quantity of each use; from 1." },
      { "meter", "u8", 16, 1, "Meter, 0 to 3." },
      { "zero0", "zero", 17, 1, "Reserved." },
      { "count", "u16", 18, 2, "Vouchers wanted; from 1." },
      { "zero1", "zero", 20, 4, "Reserved." },
    },
  },
  VoucherReply = {
    filter = "voucher_reply", byte_count = 40,
    fields = {
      { "firstSerial", "u64", 0, 8, "Serial of the first; the others follow on." },
      { "charged", "amount", 8, 8, "What all of them cost." },
      { "stamp", "u64", 16, 8, "Stamp of the agent when they were paid." },
      { "boot", "u64", 24, 8, "First 8 bytes of its boot nonce." },
      { "agent", "u32", 32, 4, "Number of the agent that they are for." },
      { "count", "u16", 36, 2, "Vouchers that follow." },
      { "zero", "zero", 38, 2, "Reserved." },
    },
  },
  LeaseChangedPush = {
    filter = "lease_changed_push", byte_count = 48,
    fields = {
      { "lease", "id", 0, 8, "The lease." },
      { "resource", "id", 8, 8, "Its resource." },
      { "epoch", "u64", 16, 8, "Its epoch." },
      { "deadline", "instant", 24, 8, "Last instant that is paid." },
      { "balance", "amount", 32, 8, "Its purse." },
      { "state", "LeaseState", 40, 1, "Its state." },
      { "cause", "ChangeCause", 41, 1, "Why." },
      { "zero", "zero", 42, 2, "Reserved." },
      { "units", "u32", 44, 4, "Its units (of an ended lease: those it had)." },
    },
  },
  ResourceChangedPush = {
    filter = "resource_changed_push", byte_count = 32,
    fields = {
      { "resource", "id", 0, 8, "The resource." },
      { "version", "u32", 8, 4, "Version of its terms." },
      { "units", "u32", 12, 4, "Units it has." },
      { "price", "amount", 16, 8, "Amount per unit and period." },
      { "period", "millis", 24, 8, "Length of the price period." },
    },
  },
  NoticePush = {
    filter = "notice_push", byte_count = 56,
    fields = {
      { "lease", "id", 0, 8, "The lease; 0: none, or the resource as a whole." },
      { "resource", "id", 8, 8, "The resource." },
      { "funding", "id", 16, 8, "The campaign, offering or auction, or of a claim that has none the claim; else 0." },
      { "claim", "id", 24, 8, "The claim; 0: all of them." },
      { "amount", "amount", 32, 8, "As the kind says." },
      { "instant", "instant", 40, 8, "As the kind says; else the deadline." },
      { "kind", "NoticeKind", 48, 1, "What happened." },
      { "zero0", "zero", 49, 1, "Reserved." },
      { "zero1", "zero", 50, 2, "Reserved." },
      { "zero2", "zero", 52, 4, "Reserved." },
    },
  },
  LaggedPush = {
    filter = "lagged_push", byte_count = 8,
    fields = {
      { "lost", "u64", 0, 8, "Pushes dropped since the last one delivered." },
    },
  },
  GoodbyePush = {
    filter = "goodbye_push", byte_count = 16,
    fields = {
      { "reason", "Status", 0, 2, "Why." },
      { "zero0", "zero", 2, 2, "Reserved." },
      { "zero1", "zero", 4, 4, "Reserved." },
      { "detail", "u64", 8, 8, "As the status says." },
    },
  },
  AgentLeaseChangedPush = {
    filter = "agent_lease_changed_push", byte_count = 56,
    fields = {
      { "lease", "AgentLease", 0, 56, "The lease as it is now." },
    },
  },
  PaymentSettledPush = {
    filter = "payment_settled_push", byte_count = 72,
    fields = {
      { "payment", "id", 0, 8, "The payment." },
      { "outcome", "PaymentOutcome", 8, 1, "What became of it." },
      { "opcode", "u8", 9, 1, "The operation that it was for." },
      { "status", "Status", 10, 2, "OK, or why it was not taken or could not do what it was for." },
      { "zero", "zero", 12, 4, "Reserved." },
      { "amount", "amount", 16, 8, "What it is worth here." },
      { "detail", "u64", 24, 8, "As `status` says." },
      { "reply", "KeptReply", 32, 40, "Where it was taken: the reply to its request; else zero." },
    },
  },
}

local operations = {
  [0x01] = { name = "HELLO", request = "HelloRequest", reply = "HelloReply" },
  [0x02] = { name = "AUTHENTICATE", request = "AuthenticateRequest", reply = "AuthenticateReply" },
  [0x03] = { name = "PING", request = "PingRequest", reply = "PingReply" },
  [0x10] = { name = "REGISTER", request = "RegisterRequest", reply = "RegisterReply" },
  [0x11] = { name = "UPDATE", request = "UpdateRequest", reply = "UpdateReply" },
  [0x12] = { name = "LIST", request = "ListRequest", reply = "ListReply",
    reply_records = { layout = "ResourceEntry", count = 0 } },
  [0x13] = { name = "DESCRIBE", request = "DescribeRequest", reply = "DescribeReply" },
  [0x14] = { name = "STATUS", request = "StatusRequest", reply = "StatusReply" },
  [0x20] = { name = "QUOTE", request = "QuoteRequest", reply = "QuoteReply" },
  [0x21] = { name = "ACQUIRE", request = "AcquireRequest", reply = "AcquireReply" },
  [0x22] = { name = "FUND", request = "FundRequest", reply = "FundReply" },
  [0x23] = { name = "BIND", request = "BindRequest", reply = "BindReply" },
  [0x24] = { name = "USE", request = "UseRequest", reply = "UseReply" },
  [0x25] = { name = "RESERVE", request = "ReserveRequest", reply = "ReserveReply" },
  [0x26] = { name = "SETTLE", request = "SettleRequest", reply = "SettleReply" },
  [0x27] = { name = "GRANT_DEBIT_KEY", request = "GrantDebitKeyRequest", reply = "GrantDebitKeyReply" },
  [0x28] = { name = "CHECK", request = "CheckRequest", reply = "CheckReply" },
  [0x29] = { name = "RELEASE", request = "ReleaseRequest", reply = "ReleaseReply",
    reply_records = { layout = "NoteToken", count = 28 } },
  [0x2a] = { name = "REVOKE", request = "RevokeRequest", reply = "RevokeReply" },
  [0x2b] = { name = "TRANSFER", request = "TransferRequest", reply = "TransferReply" },
  [0x2c] = { name = "SUBSCRIBE", request = "SubscribeRequest", reply = "SubscribeReply" },
  [0x2d] = { name = "OPEN_CHAIN", request = "OpenChainRequest", reply = "OpenChainReply" },
  [0x2e] = { name = "CLOSE_CHAIN", request = "CloseChainRequest", reply = "CloseChainReply" },
  [0x2f] = { name = "CHECK_CHAIN", request = "CheckChainRequest", reply = "CheckChainReply" },
  [0x30] = { name = "PAYMENT", request = "PaymentRequest", reply = "PaymentReply" },
  [0x37] = { name = "REFUND", request = "RefundRequest", reply = "RefundReply",
    reply_records = { layout = "NoteToken", count = 20 } },
  [0x38] = { name = "MINTS", request = "MintsRequest", reply = "MintsReply",
    reply_records = { layout = "MintOffer", count = 34 } },
  [0x39] = { name = "PAYOUT", request = "PayoutRequest", reply = "PayoutReply",
    request_records = { layout = "BlankOutput", count = 4 } },
  [0x3a] = { name = "SIGNATURES", request = "SignaturesRequest", reply = "SignaturesReply",
    reply_records = { layout = "PayoutSignature", count = 42 } },
  [0x3b] = { name = "TREASURY", request = "TreasuryRequest", reply = "TreasuryReply",
    reply_records = { layout = "KeysetHolding", count = 100 } },
  [0x31] = { name = "EXCHANGE", request = "ExchangeRequest", reply = "ExchangeReply",
    request_records = { layout = "NoteOutput", count = 4 },
    reply_records = { layout = "NoteToken", count = 28 } },
  [0x32] = { name = "ISSUE", request = "IssueRequest", reply = "IssueReply",
    reply_records = { layout = "NoteToken", count = 20 } },
  [0x33] = { name = "WITHDRAW", request = "WithdrawRequest", reply = "WithdrawReply",
    reply_records = { layout = "NoteToken", count = 28 } },
  [0x34] = { name = "ROTATE", request = "RotateRequest", reply = "RotateReply" },
  [0x35] = { name = "ACCEPT_LOSS", request = "AcceptLossRequest", reply = "AcceptLossReply" },
  [0x40] = { name = "BROKER_STATUS", request = "BrokerStatusRequest", reply = "BrokerStatusReply" },
  [0x41] = { name = "AUDIT_FIGURES", request = "AuditFiguresRequest", reply = "AuditFiguresReply",
    reply_records = { layout = "Figure", count = 16 } },
  [0x42] = { name = "STATEMENT", request = "StatementRequest", reply = "StatementReply",
    reply_records = { layout = "StatementLine", count = 16 } },
  [0x50] = { name = "DONATE", request = "DonateRequest", reply = "DonateReply" },
  [0x51] = { name = "SPEND_DONATIONS", request = "SpendDonationsRequest", reply = "SpendDonationsReply" },
  [0x52] = { name = "SET_POOL", request = "SetPoolRequest", reply = "SetPoolReply",
    request_records = { layout = "PoolMember", count = 40 } },
  [0x53] = { name = "DESCRIBE_POOL", request = "DescribePoolRequest", reply = "DescribePoolReply",
    reply_records = { layout = "PoolMember", count = 56 } },
  [0x54] = { name = "MATCH", request = "MatchRequest", reply = "MatchReply" },
  [0x55] = { name = "SCHEDULE", request = "ScheduleRequest", reply = "ScheduleReply" },
  [0x56] = { name = "OPEN_CAMPAIGN", request = "OpenCampaignRequest", reply = "OpenCampaignReply" },
  [0x57] = { name = "PLEDGE", request = "PledgeRequest", reply = "PledgeReply" },
  [0x58] = { name = "CANCEL", request = "CancelRequest", reply = "CancelReply" },
  [0x59] = { name = "CLAIM", request = "ClaimRequest", reply = "ClaimReply",
    reply_records = { layout = "NoteToken", count = 28 } },
  [0x5a] = { name = "ROTATE_CLAIM", request = "RotateClaimRequest", reply = "RotateClaimReply" },
  [0x5b] = { name = "CHECK_CLAIM", request = "CheckClaimRequest", reply = "CheckClaimReply" },
  [0x5c] = { name = "FUNDING", request = "FundingRequest", reply = "FundingReply",
    reply_records = { layout = "FundingEntry", count = 26 } },
  [0x60] = { name = "SPLIT_REVENUE", request = "SplitRevenueRequest", reply = "SplitRevenueReply",
    request_records = { layout = "RevenueShare", count = 8 } },
  [0x61] = { name = "OPEN_OFFERING", request = "OpenOfferingRequest", reply = "OpenOfferingReply",
    request_records = { layout = "Tier", count = 60 } },
  [0x62] = { name = "INVEST", request = "InvestRequest", reply = "InvestReply" },
  [0x63] = { name = "DESCRIBE_OFFERING", request = "DescribeOfferingRequest", reply = "DescribeOfferingReply",
    reply_records = { layout = "TierFigures", count = 92 } },
  [0x64] = { name = "OPEN_AUCTION", request = "OpenAuctionRequest", reply = "OpenAuctionReply" },
  [0x65] = { name = "BID", request = "BidRequest", reply = "BidReply" },
  [0x66] = { name = "RAISE_BID", request = "RaiseBidRequest", reply = "RaiseBidReply" },
  [0x67] = { name = "REVEAL_BID", request = "RevealBidRequest", reply = "RevealBidReply" },
  [0x68] = { name = "REFUSE_BID", request = "RefuseBidRequest", reply = "RefuseBidReply" },
  [0x69] = { name = "DESCRIBE_AUCTION", request = "DescribeAuctionRequest", reply = "DescribeAuctionReply" },
  [0x6a] = { name = "DESCRIBE_BID", request = "DescribeBidRequest", reply = "DescribeBidReply" },
  [0x6b] = { name = "TRANSCRIPT", request = "TranscriptRequest", reply = "TranscriptReply",
    reply_records = { layout = "BidLine", count = 4 } },
  [0x5d] = { name = "MAILBOX", request = "MailboxRequest", reply = "MailboxReply",
    reply_records = { layout = "MailboxEntry", count = 24 } },
  [0x70] = { name = "ATTACH", request = "AttachRequest", reply = "AttachReply" },
  [0x71] = { name = "HEARTBEAT", request = "HeartbeatRequest", reply = "HeartbeatReply" },
  [0x72] = { name = "AGENT_LEASES", request = "AgentLeasesRequest", reply = "AgentLeasesReply",
    reply_records = { layout = "AgentLease", count = 0 } },
  [0x73] = { name = "PROVISION", request = "ProvisionRequest", reply = "ProvisionReply" },
  [0x74] = { name = "SERVICE", request = "ServiceRequest", reply = "ServiceReply" },
  [0x75] = { name = "TICKET", request = "TicketRequest", reply = "TicketReply" },
  [0x76] = { name = "REPORT", request = "ReportRequest", reply = "ReportReply",
    request_records = { layout = "AgentUsage", count = 8 } },
  [0x77] = { name = "VOUCHER", request = "VoucherRequest", reply = "VoucherReply",
    reply_records = { layout = "IssuedVoucher", count = 36 } },
}

local pushes = {
  [0x80] = { name = "LEASE_CHANGED", layout = "LeaseChangedPush" },
  [0x81] = { name = "RESOURCE_CHANGED", layout = "ResourceChangedPush" },
  [0x82] = { name = "NOTICE", layout = "NoticePush" },
  [0x83] = { name = "LAGGED", layout = "LaggedPush" },
  [0x84] = { name = "GOODBYE", layout = "GoodbyePush" },
  [0x85] = { name = "AGENT_LEASE_CHANGED", layout = "AgentLeaseChangedPush" },
  [0x86] = { name = "PAYMENT_SETTLED", layout = "PaymentSettledPush" },
}

-- ---------------------------------------------------------------------------------------------------------------- fields

local names = {}
for code, operation in pairs(operations) do names[code] = operation.name end
for code, push in pairs(pushes) do names[code] = push.name end

local f = {
  length = ProtoField.uint32("turnpike.length", "Length"),
  opcode = ProtoField.uint8("turnpike.opcode", "Opcode", base.HEX, names),
  flags = ProtoField.uint8("turnpike.flags", "Flags", base.HEX),
  money = ProtoField.uint8("turnpike.money", "Money", base.DEC, enumerations.Money, 0x06),
  window = ProtoField.uint16("turnpike.window", "Window"),
  status = ProtoField.uint16("turnpike.status", "Status", base.DEC, enumerations.Status),
  word = ProtoField.uint16("turnpike.word", "Word", base.HEX),
  number = ProtoField.uint64("turnpike.number", "Number"),
  mac = ProtoField.bytes("turnpike.mac", "MAC"),
  record = ProtoField.none("turnpike.record", "Record"),
  payment = ProtoField.none("turnpike.payment", "Payment"),
  payment_length = ProtoField.uint16("turnpike.payment.length", "Bytes of the tokens"),
  payment_count = ProtoField.uint8("turnpike.payment.count", "Tokens"),
  token = ProtoField.none("turnpike.token", "Token"),
  token_rail = ProtoField.uint8("turnpike.token.rail", "Rail", base.DEC, enumerations.Rail),
  token_bytes = ProtoField.bytes("turnpike.token.bytes", "Token of another rail"),
  options = ProtoField.none("turnpike.options", "Options"),
  options_length = ProtoField.uint16("turnpike.options.length", "Bytes of the options"),
  option = ProtoField.none("turnpike.option", "Option"),
  option_type = ProtoField.uint8("turnpike.option.type", "Type"),
  option_length = ProtoField.uint16("turnpike.option.length", "Bytes of the value"),
  option_value = ProtoField.bytes("turnpike.option.value", "Value"),
  request_in = ProtoField.framenum("turnpike.request_in", "Request in", base.NONE, frametype.REQUEST),
  reply_in = ProtoField.framenum("turnpike.reply_in", "Reply in", base.NONE, frametype.RESPONSE),
  reply_time = ProtoField.relative_time("turnpike.time", "Time since the request"),
}
for index, bit in ipairs(flag_sets.FrameFlags) do
  f["flag" .. index] = ProtoField.bool("turnpike.flags." .. bit[2]:lower(), bit[2], 8, nil, bit[1])
end

-- One field for each field of each layout: fields_of.AcquireRequest.units.
local fields_of = {}
for layout_name, layout in pairs(layouts) do
  fields_of[layout_name] = {}
  for _, field in ipairs(layout.fields) do
    local name, kind, byte_count, doc = field[1], field[2], field[4], field[5]
    local abbreviation, made = "turnpike." .. layout.filter .. "." .. name, nil
    if layouts[kind] then
      made = ProtoField.none(abbreviation, name, doc)
    elseif enumerations[kind] then
      made = (byte_count == 1 and ProtoField.uint8 or ProtoField.uint16)(abbreviation, name, base.DEC, enumerations[kind], nil, doc)
    elseif flag_sets[kind] then
      made = (byte_count == 1 and ProtoField.uint8 or ProtoField.uint32)(abbreviation, name, base.HEX, nil, nil, doc)
    elseif kind == "bytes16" then
      made = ProtoField.bytes(abbreviation, name, base.NONE, doc)
    elseif kind == "name32" or kind == "text96" then
      made = ProtoField.string(abbreviation, name, base.UNICODE, doc)
    elseif kind == "i64" then
      made = ProtoField.int64(abbreviation, name, base.DEC, nil, nil, doc)
    else
      local make = ({ ProtoField.uint8, ProtoField.uint16, nil, ProtoField.uint32 })[byte_count] or ProtoField.uint64
      made = make(abbreviation, name, base.DEC, nil, nil, doc)
    end
    fields_of[layout_name][name] = made
    f[layout_name .. "." .. name] = made
  end
end

local all_fields = {}
for _, field in pairs(f) do all_fields[#all_fields + 1] = field end
turnpike.fields = all_fields

local experts = {
  length = ProtoExpert.new("turnpike.length.invalid", "Length below 16 or above the limit", expert.group.MALFORMED, expert.severity.ERROR),
  opcode = ProtoExpert.new("turnpike.opcode.unknown", "Unknown opcode", expert.group.PROTOCOL, expert.severity.WARN),
  short = ProtoExpert.new("turnpike.short", "Lengths inside the frame do not add up", expert.group.MALFORMED, expert.severity.ERROR),
  rest = ProtoExpert.new("turnpike.rest", "Bytes that belong to no part", expert.group.UNDECODED, expert.severity.ERROR),
  reserved = ProtoExpert.new("turnpike.reserved", "Reserved field is not zero", expert.group.PROTOCOL, expert.severity.WARN),
  refused = ProtoExpert.new("turnpike.refused", "Refused", expert.group.RESPONSE_CODE, expert.severity.NOTE),
}
turnpike.experts = { experts.length, experts.opcode, experts.short, experts.rest, experts.reserved, experts.refused }

-- ------------------------------------------------------------------------------------------------- requests and replies

local tcp_stream = Field.new("tcp.stream")
local open_requests = {} -- stream/number -> { frame, time } of the request not yet answered
local requests_of = {}   -- frame/stream/number -> the request that this frame's reply answers
local replies_of = {}    -- frame/stream/number -> the frame with the reply

function turnpike.init()
  open_requests, requests_of, replies_of = {}, {}, {}
end

local function match(pinfo, tree, is_request, number)
  local stream = tcp_stream()
  local key = (stream and tostring(stream.value) or "-") .. "/" .. number
  local here = pinfo.number .. "/" .. key
  if not pinfo.visited then
    if is_request then
      open_requests[key] = { frame = pinfo.number, time = pinfo.abs_ts }
    elseif open_requests[key] then
      local request = open_requests[key]
      open_requests[key] = nil
      requests_of[here] = request
      replies_of[request.frame .. "/" .. key] = pinfo.number
    end
  end
  if is_request and replies_of[here] then
    tree:add(f.reply_in, replies_of[here]):set_generated()
  elseif not is_request and requests_of[here] then
    tree:add(f.request_in, requests_of[here].frame):set_generated()
    local seconds = pinfo.abs_ts - requests_of[here].time
    local whole = math.floor(seconds)
    tree:add(f.reply_time, NSTime.new(whole, math.floor((seconds - whole) * 1e9))):set_generated()
  end
end

-- ----------------------------------------------------------------------------------------------------------------- parts

local function flag_names(kind, value)
  local set = {}
  for _, bit in ipairs(flag_sets[kind]) do
    if math.floor(value / bit[1]) % 2 == 1 then set[#set + 1] = bit[2] end
  end
  return #set > 0 and table.concat(set, ", ") or "none"
end

-- Adds the fixed part `layout_name` at the start of `range`.
local function add_layout(tree, layout_name, range)
  for _, field in ipairs(layouts[layout_name].fields) do
    local name, kind, offset, byte_count = field[1], field[2], field[3], field[4]
    local part, made = range(offset, byte_count), fields_of[layout_name][name]
    if layouts[kind] then
      add_layout(tree:add(made, part), kind, part)
    elseif kind == "zero" then
      if part:bytes():tohex():find("[^0]") then tree:add_le(made, part):add_proto_expert_info(experts.reserved) end
    elseif kind == "bytes16" then
      tree:add(made, part)
    elseif kind == "name32" or kind == "text96" then
      tree:add(made, part, part:stringz())
    elseif flag_sets[kind] then
      tree:add_le(made, part):append_text(" (" .. flag_names(kind, part:le_uint()) .. ")")
    elseif kind == "instant" then
      local item, seconds = tree:add_le(made, part), part:le_uint64():tonumber() / 1000
      if seconds > 0 and seconds < 1e11 then item:append_text(" (" .. os.date("!%Y-%m-%d %H:%M:%S UTC", math.floor(seconds)) .. ")") end
    elseif kind == "id" then
      local item, high = tree:add_le(made, part), part(4, 4):le_uint()
      if high >= 0x100000 then
        item:append_text(string.format(" (slot %d, counter %.0f)", math.floor(high / 0x100000), (high % 0x100000) * 4294967296 + part(0, 4):le_uint()))
      end
    else
      tree:add_le(made, part)
    end
  end
end

-- Each of these adds what lies at `at`, not going beyond `stop`, and gives where it ends; nil when it does not fit.

local function add_records(tree, tvb, body, layout_records, at, stop)
  if not layout_records then return at end
  local count = tvb(body + layout_records.count, 2):le_uint()
  local byte_count = layouts[layout_records.layout].byte_count
  if at + count * byte_count > stop then return nil end
  for index = 0, count - 1 do
    local part = tvb(at + index * byte_count, byte_count)
    local item = tree:add(f.record, part)
    item:set_text(layout_records.layout .. " " .. index)
    add_layout(item, layout_records.layout, part)
  end
  return at + count * byte_count
end

local function add_payment(tree, tvb, at, stop)
  if at + BLOCK_HEAD > stop then return nil end
  local stop_block = at + BLOCK_HEAD + tvb(at, 2):le_uint()
  if stop_block > stop then return nil end
  local block = tree:add(f.payment, tvb(at, stop_block - at))
  block:add_le(f.payment_length, tvb(at, 2))
  block:add_le(f.payment_count, tvb(at + 2, 1))
  block:set_text("Payment: " .. tvb(at + 2, 1):uint() .. " tokens")
  at = at + BLOCK_HEAD
  local index = 0
  while at < stop_block do
    if at + 4 > stop_block then return nil end
    local rail, byte_count = tvb(at, 1):uint(), tvb(at + 2, 2):le_uint()
    if byte_count < 4 or at + byte_count > stop_block then return nil end
    local part = tvb(at, byte_count)
    local item = block:add(f.token, part)
    item:set_text("Token " .. index .. ": " .. (enumerations.Rail[rail] or "unknown rail"))
    if rail == 1 and byte_count == layouts.NoteToken.byte_count then
      add_layout(item, "NoteToken", part)
    elseif rail == 2 and byte_count == layouts.TickToken.byte_count then
      add_layout(item, "TickToken", part)
    else
      item:add(f.token_rail, part(0, 1))
      item:add(f.token_bytes, part)
    end
    at, index = at + byte_count, index + 1
  end
  return at
end

local function add_options(tree, tvb, at, stop)
  if at + BLOCK_HEAD > stop then return nil end
  local stop_block = at + BLOCK_HEAD + tvb(at, 2):le_uint()
  if stop_block > stop then return nil end
  local block = tree:add(f.options, tvb(at, stop_block - at))
  block:set_text("Options")
  block:add_le(f.options_length, tvb(at, 2))
  at = at + BLOCK_HEAD
  while at < stop_block do
    if at + 4 > stop_block then return nil end
    local byte_count = tvb(at + 2, 2):le_uint()
    if at + 4 + byte_count > stop_block then return nil end
    local item = block:add(f.option, tvb(at, 4 + byte_count))
    item:set_text("Option of type " .. tvb(at, 1):uint())
    item:add(f.option_type, tvb(at, 1))
    item:add_le(f.option_length, tvb(at + 2, 2))
    if byte_count > 0 then item:add(f.option_value, tvb(at + 4, byte_count)) end
    at = at + 4 + byte_count
  end
  return at
end

-- Adds everything between header and MAC; gives where it ends, or nil when something does not fit.
local function add_content(tree, tvb, body_layout, records, flags, stop)
  local at = HEADER
  if body_layout then
    local byte_count = layouts[body_layout].byte_count
    if at + byte_count > stop then return nil end
    if byte_count > 0 then add_layout(tree, body_layout, tvb(at, byte_count)) end
    at = at + byte_count
  end
  at = add_records(tree, tvb, HEADER, records, at, stop)
  if at and flags % 2 == 1 then at = add_payment(tree, tvb, at, stop) end
  if at and math.floor(flags / 16) % 2 == 1 then at = add_options(tree, tvb, at, stop) end
  return at
end

-- ----------------------------------------------------------------------------------------------------------------- frame

local function dissect_frame(tvb, pinfo, root)
  local length, byte_count = tvb(0, 4):le_uint(), tvb:len()
  local tree = root:add(turnpike, tvb(0, byte_count))
  tree:add_le(f.length, tvb(0, 4))
  if length ~= byte_count or length < HEADER then
    tree:add_proto_expert_info(experts.length)
    pinfo.cols.info:append(" [length " .. length .. "]")
    return byte_count
  end
  local opcode, flags, word = tvb(4, 1):uint(), tvb(5, 1):uint(), tvb(6, 2):le_uint()
  local number = tostring(tvb(8, 8):le_uint64())
  local is_push = opcode >= 0x80
  local is_request = not is_push and pinfo.match_uint == pinfo.dst_port
  local name = names[opcode] or string.format("opcode 0x%02x", opcode)
  local kind = is_push and "push" or is_request and "request" or "reply"

  local item = tree:add(f.opcode, tvb(4, 1))
  if not names[opcode] then item:add_proto_expert_info(experts.opcode) end
  local bits = tree:add(f.flags, tvb(5, 1))
  for index, bit in ipairs(flag_sets.FrameFlags) do
    -- Bits 1 and 2 together are where the money is.
    if bit[1] ~= 2 and bit[1] ~= 4 then bits:add(f["flag" .. index], tvb(5, 1)) end
  end
  local body, records, summary = nil, nil, name .. " #" .. number
  if is_push then
    tree:add_le(f.word, tvb(6, 2))
    body = pushes[opcode] and pushes[opcode].layout
    summary = summary .. " push"
  elseif is_request then
    tree:add_le(f.window, tvb(6, 2))
    body = operations[opcode] and operations[opcode].request
    records = operations[opcode] and operations[opcode].request_records
  else
    tree:add(f.money, tvb(5, 1))
    item = tree:add_le(f.status, tvb(6, 2))
    if word == 0 then
      body = operations[opcode] and operations[opcode].reply
      records = operations[opcode] and operations[opcode].reply_records
    else
      body = "Refusal"
      item:add_proto_expert_info(experts.refused)
    end
    summary = summary .. " " .. (enumerations.Status[word] or "status " .. word)
    local money = math.floor(flags / 2) % 4
    if money > 0 then summary = summary .. ", money " .. enumerations.Money[money] end
    if math.floor(flags / 8) % 2 == 1 then summary = summary .. ", replayed" end
  end
  tree:add_le(f.number, tvb(8, 8))
  tree:append_text(", " .. kind .. " " .. summary)
  pinfo.cols.info:append((tostring(pinfo.cols.info) == "" and "" or " | ") .. summary)
  if not is_push then match(pinfo, tree, is_request, number) end

  local has_mac = flags >= 128
  local stop = byte_count - (has_mac and MAC or 0)
  if stop < HEADER then
    tree:add_proto_expert_info(experts.short)
    return byte_count
  end
  if has_mac then tree:add(f.mac, tvb(stop, MAC)) end
  if not body then return byte_count end
  local ended = add_content(tree, tvb, body, records, flags, stop)
  if not ended then
    tree:add_proto_expert_info(experts.short)
  elseif ended < stop then
    tree:add_tvb_expert_info(experts.rest, tvb(ended, stop - ended))
  end
  return byte_count
end

local function frame_byte_count(tvb, pinfo, offset)
  local length = tvb(offset, 4):le_uint()
  -- A wrong length ends the connection: what is left is shown as one frame.
  if length < HEADER or length > FRAME_BYTE_COUNT_MAX then return tvb:len() - offset end
  return length
end

function turnpike.dissector(tvb, pinfo, root)
  pinfo.cols.protocol = "Turnpike"
  pinfo.cols.info = ""
  dissect_tcp_pdus(tvb, root, HEADER, frame_byte_count, dissect_frame)
  return tvb:len()
end

DissectorTable.get("tcp.port"):add(7474, turnpike)
