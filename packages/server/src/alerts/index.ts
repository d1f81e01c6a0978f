export { type Alerts, createAlerts } from './alerts.ts';
export { createMailer, type Mailer } from './mailer.ts';
