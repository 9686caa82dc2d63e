import type { Restartable } from './running.js';

/** Starts a component, or leaves nothing of it behind when it cannot start. */
export async function started<T extends Restartable>(component: T): Promise<T> {
  try {
    await component.start();
    return component;
  } catch (error) {
    await component.stop();
    throw error;
  }
}
