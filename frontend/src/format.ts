import type { HomeAssistant, Locale } from "./ha/types";

const MINUTE_MS = 60_000;
/** How a hundredth of a currency is written behind a number; the others are written in whole units. */
const HUNDREDTHS: Record<string, string> = { AUD: "c", NZD: "c", USD: "¢", CAD: "¢", EUR: "ct", GBP: "p" };
const NOTHING = "–";
const RTL = /^(ar|fa|he|ur)\b/;
/** Between a number and its unit, where no line may break. */
const GAP = "\u00a0";

const NUMBER_LOCALES: Partial<Record<Locale["number_format"], string | undefined>> = {
  comma_decimal: "en-US",
  decimal_comma: "de",
  space_comma: "fr",
  quote_decimal: "de-CH",
  system: undefined,
};
type Value = number | null | undefined;
type Time = string | number | Date;

/** Writes numbers, money and the times of the home as the user's profile in Home Assistant says. `null` becomes a dash. */
export class Format {
  readonly timeZone: string;
  readonly #numberLocale: string | undefined;
  readonly #dayKeys: Intl.DateTimeFormat;
  readonly #hour12: boolean | undefined;
  readonly #rtl: boolean;
  readonly #cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

  constructor(
    readonly locale: Locale,
    homeTimeZone: string,
    readonly currency: string,
  ) {
    this.timeZone = homeTimeZone;
    this.#rtl = RTL.test(locale.language);
    this.#numberLocale =
      locale.number_format in NUMBER_LOCALES ? NUMBER_LOCALES[locale.number_format] : locale.language;
    this.#dayKeys = new Intl.DateTimeFormat("en-CA", {
      timeZone: this.timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    this.#hour12 =
      locale.time_format === "system"
        ? new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions().hour12
        : locale.time_format === "language"
          ? undefined
          : locale.time_format === "12";
  }

  /** Whether the reader's own clock shows another time than the one in the home. */
  get isElsewhere(): boolean {
    const { timeZone } = this;
    const clock = (zone: { timeZone?: string }) =>
      new Intl.DateTimeFormat("en-GB", { timeStyle: "short", ...zone }).format();
    return clock({}) !== clock({ timeZone });
  }

  /** What the home's time zone is called: "Brisbane". */
  get zoneName(): string {
    return this.timeZone.split("/").at(-1)?.replaceAll("_", " ") ?? this.timeZone;
  }

  static of(hass: HomeAssistant, currency = hass.config.currency): Format {
    return new Format(hass.locale, hass.config.time_zone, currency);
  }

  number(value: Value, digits = 0, minimum = digits): string {
    if (value == null || !Number.isFinite(value)) return NOTHING;
    const rounded = Number(value.toFixed(digits)) || 0; // never "-0"
    return this.#number({ maximumFractionDigits: digits, minimumFractionDigits: minimum }).format(rounded);
  }

  /** A number with its unit stays in its order among words that are written from the right. */
  #whole(text: string, unit = ""): string {
    const whole = unit ? `${text}${GAP}${unit}` : text;
    return this.#rtl ? `\u2066${whole}\u2069` : whole;
  }

  /** "850 W", "2.4 kW", "12 kW". The sign is left to the words around it. */
  power(w: Value): string {
    if (w == null) return NOTHING;
    const size = Math.abs(w);
    if (size < 995) return this.#whole(this.number(size < 100 ? w : Math.round(w / 10) * 10), "W");
    return this.#whole(this.number(w / 1000, size < 99_950 ? 1 : 0), "kW");
  }

  energy(kwh: Value): string {
    if (kwh == null) return NOTHING;
    const size = Math.abs(kwh);
    if (size >= 1000) return this.#whole(this.number(kwh / 1000, 1), "MWh");
    return this.#whole(this.number(kwh, size < 99.95 ? 1 : 0), "kWh");
  }

  percent(value: Value, digits = 0): string {
    return value == null ? NOTHING : this.#whole(this.number(value, digits), "%");
  }

  temperature(celsius: Value): string {
    return celsius == null ? NOTHING : this.#whole(this.number(celsius), "°C");
  }

  /** A number as exact as people say it: "14.5 %", "3". It is not grouped, as it may be a port or a register. */
  exact(value: number, unit = ""): string {
    const rounded = Number(value.toFixed(1)) || 0;
    return this.#whole(this.#number({ maximumFractionDigits: 1, useGrouping: false }).format(rounded), unit);
  }

  /** How long something is waited for: "40 s", "5 min", "2.5 h". */
  wait(seconds: number): string {
    if (seconds < 120) return this.exact(Math.round(seconds), "s");
    return seconds < 7200 ? this.exact(Math.round(seconds / 60), "min") : this.exact(seconds / 3600, "h");
  }

  /** "$1.24", "-$0.30". */
  money(amount: Value, digits = 2): string {
    if (amount == null) return NOTHING;
    const options = { style: "currency", currency: this.currency, currencyDisplay: "narrowSymbol" } as const;
    const rounded = Number(amount.toFixed(digits)) || 0;
    return this.#whole(
      this.#number({ ...options, maximumFractionDigits: digits, minimumFractionDigits: digits }).format(rounded),
    );
  }

  /** A price per kWh in the small unit people speak of: "31 c", "4.1 c", or "2.35 SEK". */
  price(perKwh: Value, unit = true): string {
    if (perKwh == null) return NOTHING;
    const hundredth = HUNDREDTHS[this.currency];
    if (!hundredth) return this.#whole(this.number(perKwh, 2), unit ? this.currency : "");
    const text = this.number(perKwh * 100, Math.abs(perKwh) < 0.1 ? 1 : 0);
    return this.#whole(text, unit ? hundredth : "");
  }

  /** A price for an axis, whose heading names the unit: whole cents, or two digits of what has none. */
  priceTick(perKwh: number): string {
    return HUNDREDTHS[this.currency] ? this.number(perKwh * 100) : this.number(perKwh, 2);
  }

  /** The unit of `price`, as axes and headings show it: "c/kWh". */
  get priceUnit(): string {
    return `${HUNDREDTHS[this.currency] ?? this.currency}/kWh`;
  }

  time(at: Time): string {
    return this.#clock(at, { hour: "numeric", minute: "2-digit" });
  }

  /** A time of day such as "17:30:00", as the user writes it. */
  timeOfDay(text: string): string {
    return this.#clock(`1970-01-01T${text}Z`, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  }

  /** A time without the minutes where it is whole hours of a clock with am and pm: "2 PM", "2:30 PM", "14:00". */
  hour(at: Time): string {
    const time = this.time(at);
    return /:00\D*[ap]\.?m/i.test(time) ? this.#clock(at, { hour: "numeric" }) : time;
  }

  /** In one piece: no line breaks before "AM". */
  #clock(at: Time, options: Intl.DateTimeFormatOptions): string {
    return this.#whole(this.dateParts(at, options).replaceAll(" ", GAP));
  }

  /** The time in the home as Home Assistant is told it: "18:05:00". */
  clock24(at: Time): string {
    return new Intl.DateTimeFormat("en-GB", { timeZone: this.timeZone, timeStyle: "medium" }).format(new Date(at));
  }

  /** "Mon, 5 Jan", as the user's language puts it. */
  date(at: Time): string {
    return this.#date({ weekday: "short", day: "numeric", month: "short" }).format(new Date(at));
  }

  month(at: Time): string {
    return this.#date({ month: "long", year: "numeric" }).format(new Date(at));
  }

  weekday(at: Time, width: "short" | "long" = "short"): string {
    return this.#date({ weekday: width }).format(new Date(at));
  }

  /** Any other form, still with the user's clock and time zone. */
  dateParts(at: Time, options: Intl.DateTimeFormatOptions): string {
    return this.#date(options).format(new Date(at));
  }

  /** "Today 14:30", "Mon 14:30": as short as it is clear. */
  soon(at: Time, now: number = Date.now()): string {
    const same = this.dayKey(at) === this.dayKey(now);
    return same ? this.time(at) : `${this.weekday(at)} ${this.time(at)}`;
  }

  /** The day in the user's time zone as "2026-01-05". */
  dayKey(at: Time): string {
    return this.#dayKeys.format(new Date(at));
  }

  /** "3 hr 20 min", "45 min", "48 hours". */
  duration(hours: Value): string {
    if (hours == null || !Number.isFinite(hours)) return NOTHING;
    const minutes = Math.round(hours * 60);
    const rest = minutes < 24 * 60 ? minutes % 60 : 0;
    const unit = (value: number, name: "hour" | "minute") =>
      this.#number({ style: "unit", unit: name, unitDisplay: rest ? "short" : "long" }, this.locale.language).format(
        value,
      );
    const whole = unit(Math.floor(minutes / 60), "hour");
    if (minutes < 60) return unit(minutes, "minute");
    return rest ? `${whole} ${unit(rest, "minute")}` : whole;
  }

  /** "12 seconds ago", "in 5 minutes". */
  relative(at: Time, now: number = Date.now(), style: "long" | "narrow" = "long"): string {
    const seconds = (new Date(at).getTime() - now) / 1000;
    const size = Math.abs(seconds);
    const [value, unit] =
      size < 60
        ? [seconds, "second"]
        : size < 3600
          ? [seconds / 60, "minute"]
          : size < 86_400
            ? [seconds / 3600, "hour"]
            : [seconds / 86_400, "day"];
    const written = (style: "long" | "short" | "narrow") =>
      new Intl.RelativeTimeFormat(this.locale.language, { numeric: "auto", style }).format(
        Math.round(value as number),
        unit as Intl.RelativeTimeFormatUnit,
      );
    const text = written(style);
    // Narrow, French and others write "-7 s".
    return /^[-−+]/.test(text) ? written("short") : text;
  }

  /** The start of this day, in ms: days are those of the user's time zone and can have 23 or 25 hours. */
  startOfDay(at: Time): number {
    const key = this.dayKey(at);
    let low = new Date(at).getTime() - 26 * 60 * MINUTE_MS;
    let high = new Date(at).getTime();
    while (high - low > MINUTE_MS) {
      const middle = Math.floor((low + high) / 2 / MINUTE_MS) * MINUTE_MS;
      if (middle <= low) break;
      if (this.dayKey(middle) < key) low = middle;
      else high = middle;
    }
    return Math.floor(high / MINUTE_MS) * MINUTE_MS;
  }

  #number(options: Intl.NumberFormatOptions, locale = this.#numberLocale): Intl.NumberFormat {
    const full = { useGrouping: this.locale.number_format !== "none", ...options };
    return this.#cached(
      `n${locale}${JSON.stringify(full)}`,
      () => new Intl.NumberFormat(locale, full),
    ) as Intl.NumberFormat;
  }

  #date(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const { language } = this.locale;
    const full = {
      timeZone: this.timeZone,
      ...options,
      ...(this.#hour12 === undefined ? {} : { hour12: this.#hour12 }),
    };
    const clock = this.#hour12 === false ? { ...full, hour12: undefined, hourCycle: "h23" as const } : full;
    return this.#cached(
      JSON.stringify([language, clock]),
      () => new Intl.DateTimeFormat(language, clock as Intl.DateTimeFormatOptions),
    ) as Intl.DateTimeFormat;
  }

  #cached(key: string, make: () => Intl.NumberFormat | Intl.DateTimeFormat) {
    const known = this.#cache.get(key) ?? make();
    this.#cache.set(key, known);
    return known;
  }
}
