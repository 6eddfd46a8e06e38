import { mdiAlertOctagon, mdiAlertOutline, mdiTransmissionTower } from "@mdi/js";
import { css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { ControlStatus, Live, Override, Telemetry } from "../api/types";
import { element } from "../element";
import type { Format } from "../format";
import { t, word } from "../i18n";
import { icon } from "../icon";
import { sentence } from "../message";
import { pendingOf, stopOf } from "../parts/headline";
import { base, controls } from "../theme";
import { type App, Ordering } from "../view";
import { ACTION_ICON, FORCED } from "./actions";
import "./dialog";

export interface Banner {
  kind: "danger" | "override";
  icon: string;
  title: string;
  texts: readonly string[];
  button?: string;
  act?: () => Promise<unknown>;
  /** What happens then, where it is asked first. */
  ask?: readonly string[];
}

/** All of them, the most urgent first. */
export const bannersOf = ({ telemetry, control }: Live, app: App): Banner[] => [
  ...(telemetry ? plantBanners(telemetry, app) : []),
  ...(control ? controlBanners(control, app) : []),
];

/** What the plant itself reports; an old reading is told as such. */
function* plantBanners(
  { source, read_at, grid_status, off_grid_since, hours_at_load, alarms }: Telemetry,
  { format }: App,
): Generator<Banner> {
  const old = source === "stale" ? t("common.last_read", { time: format.soon(read_at) }) : "";
  if (grid_status === "off_grid_auto" || grid_status === "off_grid_manual") {
    const outage = grid_status === "off_grid_auto";
    const time = off_grid_since && format.soon(off_grid_since);
    const now = outage ? "common.outage" : "common.off_grid_by_hand";
    yield {
      kind: "danger",
      icon: mdiTransmissionTower,
      title: t(outage ? "common.outage_title" : "common.off_grid_title"),
      texts: old
        ? [old, t(outage ? "common.outage_was" : "common.off_grid_was")]
        : [
            time ? t(`${now}_since`, { time }) : t(now),
            hours_at_load === null ? "" : t("common.load_left", { time: format.duration(hours_at_load) }),
            t(outage ? "common.outage_help" : "common.off_grid_help"),
          ],
    };
  }
  if (alarms?.length) {
    const names = alarms.map(({ group, name }) => `${word("alarm", group)}: ${sentence(name, format)}`);
    const texts = [old, `${names.join(" · ")}.`, t("common.alarm_help")];
    yield { kind: "danger", icon: mdiAlertOutline, title: t("common.alarm_title"), texts };
  }
}

function* controlBanners(control: ControlStatus, { format, service }: App): Generator<Banner> {
  if (control.emergency_stop) {
    const stop = stopOf(control);
    yield {
      kind: "danger",
      icon: mdiAlertOctagon,
      title: t("common.emergency_title"),
      texts: [
        control.stopped
          ? t(control.stopped.by ? "common.stopped_by" : "common.stopped_at", {
              name: control.stopped.by ?? "",
              time: format.soon(control.stopped.at),
            })
          : "",
        t(stop === "stopped" ? "common.emergency_text" : `common.emergency_text_${stop}`),
        stop === "stopping" && control.alert ? `${sentence(control.alert, format)}.` : "",
      ],
      button: t("common.emergency_clear"),
      act: () => service.clearEmergencyStop(),
      ask: [t("common.emergency_clear_text"), t(`dashboard.hint_${control.settings.mode}`)],
    };
  } else if (control.override) {
    const pending = pendingOf(control);
    const begun = !pending || pending === "ramping";
    yield {
      kind: "override",
      icon: ACTION_ICON[FORCED[control.override.kind]],
      title: t(begun ? "common.override_title" : "common.override_pending"),
      texts: [overrideText(control.override, pending && pending !== "other" ? word("state", pending) : "", format)],
      button: t("common.override_stop"),
      act: () => service.clearOverride(),
    };
  }
}

function overrideText({ kind, power_w, expires_at, target_soc }: Override, state: string, format: Format) {
  const hold = kind === "force_hold";
  const parts = [
    word("override", kind),
    hold ? "" : format.power(power_w),
    target_soc === null || hold ? "" : t("common.override_target", { soc: format.percent(target_soc) }),
    expires_at ? t("common.override_until", { time: format.soon(expires_at) }) : t("common.override_open"),
    state,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** What nobody may overlook on any page: a grid outage, the plant's alarms, an emergency stop, a manual override. */
@element("sigenstor-alarm")
export class Alarm extends Ordering {
  @property({ attribute: false }) live: Live | null = null;
  @state() private asking = false;

  static override styles = [
    base,
    controls,
    css`
      .banner {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 8px 16px;
        min-height: 52px;
      }
      .banner + .banner {
        border-top: 1px solid color-mix(in srgb, currentColor 40%, transparent);
      }
      .banner div {
        flex: 1 1 200px;
      }
      strong {
        font-weight: 700;
        letter-spacing: 0.04em;
      }
      .override {
        background: var(--sigenstor-override);
        color: var(--sigenstor-on-bright);
      }
      .danger {
        background: var(--sigenstor-alarm);
        color: var(--sigenstor-on-alarm);
      }
      .button {
        border-color: currentColor;
        color: inherit;
        min-height: 36px;
      }
    `,
  ];

  override render() {
    return this.live ? bannersOf(this.live, this.app).map((banner) => this.#banner(banner)) : nothing;
  }

  #banner({ kind, icon: path, title, texts, button, act, ask }: Banner) {
    const off = this.busy || this.lost || !this.app.plant.may_control;
    const run = () => void (act && this.order(act));
    const press = () => (ask ? this.#ask(true) : run());
    return html`<div class="banner ${kind}" role="alert">
      ${icon(path)}
      <div><strong>${title}</strong><br />${texts.filter(Boolean).join(" ")}</div>
      ${act ? html`<button class="button" ?disabled=${off} @click=${press}>${button}</button>` : nothing}
    </div>
    ${ask && this.asking ? this.#question(title, ask, button, run) : nothing}`;
  }

  readonly #ask = (asking: boolean) => {
    this.asking = asking;
  };

  #question(title: string, texts: readonly string[], button: string | undefined, run: () => void) {
    const confirm = () => {
      this.#ask(false);
      run();
    };
    return html`<sigenstor-dialog open .heading=${title} @closed=${() => this.#ask(false)}>
      ${texts.map((text) => html`<p>${text}</p>`)}
      <button slot="actions" class="button plain" @click=${() => this.#ask(false)}>${t("common.cancel")}</button>
      <button slot="actions" class="button primary" ?disabled=${this.lost} @click=${confirm}>${button}</button>
    </sigenstor-dialog>`;
  }
}
