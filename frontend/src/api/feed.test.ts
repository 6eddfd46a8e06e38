import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeConnection } from "../testing/fake-hass";
import { Feed } from "./feed";
import { isLoaded } from "./remote";

describe("a feed", () => {
  let connection: FakeConnection;
  let feed: Feed<number>;
  beforeEach(() => {
    vi.useFakeTimers();
    connection = new FakeConnection();
    feed = new Feed(connection, { type: "numbers" }, (event: { n: number }) => event.n);
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const send = (n: number) => {
    for (const subscription of connection.subscriptions) subscription.send({ n });
  };

  it("is one subscription for all its listeners, and ends with the last", async () => {
    const heard: number[] = [];
    const stops = [1, 2].map(() => feed.subscribe(() => heard.push((feed.current as { value: number }).value)));
    await settle();
    expect(connection.subscriptions.size).toBe(1);
    send(7);
    expect(heard).toEqual([7, 7]);
    for (const stop of stops) stop();
    await settle();
    expect(connection.subscriptions.size).toBe(0);
    expect(connection.listeners).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends a subscription whose last listener left before it was open", async () => {
    feed.subscribe(() => undefined)();
    await settle();
    expect(connection.subscriptions.size).toBe(0);
  });

  it("shows its last value as stale while the connection is gone, and subscribes anew when it is back", async () => {
    feed.subscribe(() => undefined);
    await settle();
    send(1);
    connection.drop();
    expect(feed.current).toEqual({ state: "ready", value: 1, stale: true });
    connection.restore();
    await settle();
    expect(connection.subscriptions.size).toBe(1);
    send(2);
    expect(feed.current).toEqual({ state: "ready", value: 2, stale: false });
  });

  it("keeps trying while Home Assistant does not know the command yet after a restart", async () => {
    connection.refuse = { code: "unknown_command", message: "Unknown command." };
    feed.subscribe(() => undefined);
    await vi.advanceTimersByTimeAsync(5000);
    expect(feed.current.state).toBe("loading");
    connection.refuse = undefined;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(connection.subscriptions.size).toBe(1);
  });

  it("shows an error that waiting does not help against", async () => {
    connection.refuse = { code: "unauthorized", message: "You may not." };
    feed.subscribe(() => undefined);
    await settle();
    expect(feed.current).toMatchObject({ state: "error", error: { code: "unauthorized", message: "You may not." } });
  });

  describe("of a plant that is loaded again", () => {
    const tell = (n: number | null) => send(n as number);
    beforeEach(async () => {
      feed.subscribe(() => undefined);
      await settle();
      tell(1);
      tell(null);
    });

    it("keeps the last value as stale, so that an open dialog outlasts it", async () => {
      expect(feed.current).toEqual({ state: "ready", value: 1, stale: true, away: true });
      expect(isLoaded(feed.current)).toBe(false);
      tell(null);
      tell(2);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(feed.current).toEqual({ state: "ready", value: 2, stale: false });
    });

    it("says after some seconds that there is none", async () => {
      await vi.advanceTimersByTimeAsync(60_000);
      expect(feed.current).toEqual({ state: "ready", value: null, stale: false });
    });
  });
});
