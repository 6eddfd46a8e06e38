/** What the panel uses of Home Assistant's frontend, and nothing more. */

export type Unsubscribe = () => Promise<void> | void;

export interface Connection {
  connected: boolean;
  subscribeMessage<T>(
    callback: (event: T) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<Unsubscribe>;
  addEventListener(type: "ready" | "disconnected", listener: () => void): void;
  removeEventListener(type: "ready" | "disconnected", listener: () => void): void;
}

export interface Locale {
  language: string;
  number_format: "language" | "system" | "comma_decimal" | "decimal_comma" | "space_comma" | "quote_decimal" | "none";
  time_format: "language" | "system" | "12" | "24";
  date_format: "language" | "system" | "DMY" | "MDY" | "YMD";
  time_zone: "local" | "server";
  first_weekday: "language" | "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
}

export type Localize = (key: string, values?: Record<string, string | number>) => string;

export interface EntityState {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
}

export interface HomeAssistant {
  connection: Connection;
  connected: boolean;
  language: string;
  locale: Locale;
  config: { time_zone: string; currency: string };
  user?: { is_admin: boolean; name: string };
  themes?: { darkMode?: boolean };
  states: Record<string, EntityState>;
  localize: Localize;
  loadBackendTranslation(category: string, integration: string): Promise<Localize>;
  /** REST below /api/; rejects with { status_code, body }. */
  callApi<T>(method: "GET" | "POST" | "DELETE", path: string, data?: Record<string, unknown>): Promise<T>;
  callWS<T>(message: { type: string } & Record<string, unknown>): Promise<T>;
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: { entity_id?: string },
    notifyOnError?: boolean,
    returnResponse?: boolean,
  ): Promise<unknown>;
}

/** The part of the address that is the panel's own: `/sigenstor` is the prefix, `/plan` the path. */
export interface Route {
  prefix: string;
  path: string;
}
