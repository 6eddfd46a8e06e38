import "./components/spinner";
